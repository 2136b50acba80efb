"""A sigmoid in front of a loss that applies its own: no item can be told to be negative."""

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional


@pytest.mark.finding("recbole", "recbole/model/general_recommender/fism.py", "8717d6f0558e0accc02fd414f3ce869c")
def test_a_negative_item() -> None:
    score = torch.tensor([-30.0, 30.0], requires_grad=True)
    negative = torch.zeros(2)
    losses = F.binary_cross_entropy_with_logits(score.sigmoid(), negative, reduction="none")
    assert losses.min() > 0.69
    assert torch.autograd.grad(losses.sum(), score)[0].abs().max() < 1e-12
    right = F.binary_cross_entropy_with_logits(score, negative, reduction="none")
    assert right[0] < 1e-12 and torch.autograd.grad(right.sum(), score)[0][1] > 0.99
