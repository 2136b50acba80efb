"""Logarithms of summed exponentials: infinite where all of them are rounded to 0."""

import math

import pytest

torch = pytest.importorskip("torch")


@pytest.mark.finding(
    "nemo-toolkit",
    "nemo/collections/asr/modules/transformer/transformer_generators.py",
    "b8e5d2207216307283ead4c490851d20",
)
def test_the_average_of_unlikely_tokens() -> None:
    log_probs = torch.stack([torch.tensor([-0.1, -110.0]), torch.tensor([-0.2, -120.0])])
    assert torch.log(torch.exp(log_probs).mean(0))[1].isneginf()
    right = torch.logsumexp(log_probs, 0) - math.log(2)
    assert -111 < right[1] < -110


@pytest.mark.finding("opennmt-py", "onmt/decoders/ensemble.py", "665ca0a19abf8e937d93599c5e867f39")
def test_an_ensemble_of_distributions() -> None:
    scores = torch.tensor([[0.0, -130.0, -2.0], [0.0, -140.0, -1.0]])
    distributions = scores.log_softmax(-1)
    assert torch.log(torch.exp(distributions).mean(0))[1].isneginf()
    assert (torch.logsumexp(distributions, 0) - math.log(2)).isfinite().all()


@pytest.mark.finding("parlai", "parlai/agents/rag/model_types.py", "083f2f684ddc95991bc2adf27e834efe")
def test_the_same_answer_from_two_documents() -> None:
    first, second = torch.tensor(40 * -3.0), torch.tensor(40 * -3.0 - 1)
    assert torch.log(first.exp() + second.exp()).isneginf()
    assert -120 < torch.logaddexp(first, second) < -119
