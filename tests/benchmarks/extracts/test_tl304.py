"""Logarithms of a sigmoid: infinite or capped for large scores, without the gradient that would help."""

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional


def loss_and_gradient(loss: "torch.Tensor", score: "torch.Tensor") -> tuple[float, float]:
    (gradient,) = torch.autograd.grad(loss, score)
    return loss.item(), gradient.item()


@pytest.mark.finding("x-transformers", "x_transformers/x_transformers.py", "dc365fc1bbc48f6b526d9cd4f38e6f17")
def test_gated_logits() -> None:
    logits = torch.tensor([0.0, -120.0])
    assert (logits + logits.sigmoid().log())[1].isneginf()
    assert (logits + F.logsigmoid(logits))[1] == -240


@pytest.mark.finding("flair", "flair/nn/loss.py", "031ca7da5dce5bc49bae3aba0c71e097")
def test_a_negative_log_likelihood() -> None:
    score = torch.tensor([[-110.0, 3.0]])
    target = torch.tensor([0])
    assert F.nll_loss(torch.log(torch.sigmoid(score)), target).isinf()
    assert F.nll_loss(F.logsigmoid(score), target) == 110


@pytest.mark.finding("torch-rechub", "torch_rechub/basic/loss_func.py", "a78ddb416b84f87687a0e28bf819fa30")
def test_a_ranking_loss_without_a_small_number() -> None:
    difference = torch.tensor(-110.0, requires_grad=True)
    loss, gradient = loss_and_gradient(-difference.sigmoid().log(), difference)
    assert loss == float("inf") and not -1.1 < gradient < -0.9
    assert loss_and_gradient(-F.logsigmoid(difference), difference) == (110.0, -1.0)


@pytest.mark.finding("recbole", "recbole/model/loss.py", "59354a44321aa3e8a40aaa5e1db6b677")
def test_a_ranking_loss_with_a_small_number() -> None:
    difference = torch.tensor(-60.0, requires_grad=True)
    loss, gradient = loss_and_gradient(-torch.log(1e-10 + torch.sigmoid(difference)), difference)
    assert loss < 24 and abs(gradient) < 1e-12
    assert loss_and_gradient(-F.logsigmoid(difference), difference) == (60.0, -1.0)


@pytest.mark.finding("torch-geometric", "torch_geometric/nn/models/autoencoder.py", "39b1832eb700d9ca68f814f5484419ad")
def test_the_loss_of_an_edge_that_should_not_be() -> None:
    score = torch.tensor(18.0, requires_grad=True)
    loss, gradient = loss_and_gradient(-torch.log(1 - torch.sigmoid(score) + 1e-15), score)
    assert loss > 34 and gradient == 0  # 1 - sigmoid(18) is 0 in float32
    loss, gradient = loss_and_gradient(-F.logsigmoid(-score), score)
    assert abs(loss - 18) < 1e-5 and abs(gradient - 1) < 1e-5
