"""Logarithms of a softmax: -inf, NaN or a capped loss where a probability is rounded to 0."""

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional


@pytest.mark.finding("vit-pytorch", "vit_pytorch/es_vit.py", "83fd4142897d8429faadbbf8dd284acd")
def test_a_small_number_caps_the_loss_and_takes_the_gradient() -> None:
    student = torch.tensor([[0.0, 120.0]], requires_grad=True)
    teacher = torch.tensor([[1.0, 0.0]])
    capped = -(teacher * torch.log(student.softmax(-1) + 1e-20)).sum()
    (gradient,) = torch.autograd.grad(capped, student)
    assert capped < 50 and gradient.abs().max() == 0
    right = -(teacher * student.log_softmax(-1)).sum()
    (gradient,) = torch.autograd.grad(right, student)
    assert right == 120 and gradient.abs().max() > 0.9


@pytest.mark.finding(
    "diffusers",
    "diffusers/pipelines/deprecated/unidiffuser/modeling_text_decoder.py",
    "97a33ad65ad4a4f3a9b2595cd0e4d59a",
)
def test_beam_scores() -> None:
    logits = torch.tensor([[0.0, -60.0, -80.0]]) / 0.5  # a temperature
    scores = logits.softmax(-1).log()
    assert scores[0, 1:].isneginf().all()
    assert logits.log_softmax(-1).tolist() == [[0.0, -120.0, -160.0]]


@pytest.mark.finding(
    "fairseq",
    "fairseq/examples/discriminative_reranking_nmt/criterions/discriminative_reranking_criterion.py",
    "3a234bc9ba8e78d7d248a93eaceb5198",
)
def test_a_divergence_from_sharp_targets() -> None:
    target, temperature = torch.tensor([[0.0, 60.0]]), 0.5
    wanted = F.softmax(target / temperature, dim=-1)
    model = torch.zeros(1, 2).log_softmax(-1)
    assert (-(wanted * model - wanted * wanted.log()).sum()).isnan()
    right = (target / temperature).log_softmax(-1)
    assert (-(right.exp() * model - right.exp() * right).sum()).isfinite()


@pytest.mark.finding("monai", "monai/inferers/inferer.py", "0197654741a53cf1b23bb22179606e91")
def test_the_likelihood_of_a_surprising_token() -> None:
    logits, target = torch.tensor([[0.0, 130.0]]), torch.tensor([[0]])
    probs = torch.cat((torch.full((1, 1), 0.5), torch.gather(logits.softmax(-1), 1, target)), dim=1)
    assert torch.log(probs)[0, 1].isneginf()
    assert logits.log_softmax(-1).gather(1, target).item() == -130


@pytest.mark.finding("torchmetrics", "torchmetrics/functional/text/perplexity.py", "5506fff54c09981b384c2fd399c41691")
def test_a_perplexity() -> None:
    preds, target = torch.tensor([[0.0, 110.0], [0.0, 1.0]]), torch.tensor([0, 1])
    probs = F.softmax(preds, dim=1)[torch.arange(2), target]
    assert (-probs.log().sum() / 2).exp().isinf()
    assert (F.cross_entropy(preds, target)).exp().isfinite()
