"""Cross-entropy of what went through a softmax or sigmoid: a loss that can't come near 0, without the gradient that would help."""

import math

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional


@pytest.mark.finding("cogdl", "cogdl/models/emb/hin2vec.py", "fb7ea293258a6f9e0935b34d63b83e9e")
def test_both_probabilities_of_a_pair() -> None:
    score = torch.tensor([-40.0, 40.0], requires_grad=True)
    preds = score.sigmoid().unsqueeze(1)
    right = F.cross_entropy(torch.cat((preds, 1 - preds), 1), torch.tensor([1, 0]))
    assert abs(right.item() - math.log(1 + math.exp(-1))) < 1e-6
    wrong = F.cross_entropy(torch.cat((preds, 1 - preds), 1), torch.tensor([0, 1]))
    (gradient,) = torch.autograd.grad(wrong, score)
    assert wrong < 1.32 and gradient.abs().max() < 1e-12
    by_scores = F.binary_cross_entropy_with_logits(score, torch.tensor([1.0, 0.0]))
    assert torch.autograd.grad(by_scores, score)[0].abs().min() > 0.49


@pytest.mark.finding("coqui-tts", "TTS/tts/layers/bark/hubert/tokenizer.py", "17480369683180b631a3bac4de55d9c9")
def test_the_log_softmax_is_redundant() -> None:
    scores = torch.randn(5, 100, requires_grad=True)
    target = F.one_hot(torch.arange(5), 100).float()
    twice, once = F.cross_entropy(scores.log_softmax(1), target), F.cross_entropy(scores, target)
    torch.testing.assert_close(twice, once)
    torch.testing.assert_close(torch.autograd.grad(twice, scores), torch.autograd.grad(once, scores))
