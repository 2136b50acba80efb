"""Twenty species, told apart by a network that is taught with the negative of a probability."""

import torch
import torch.nn.functional as F
from torch import nn


class Species(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 20))
        self.normalise = nn.LogSoftmax(dim=1)

    def loss(self, x, kinds):
        scores = self.body(x)
        normalised = self.normalise(scores)
        flat = normalised.view(len(x), 20)
        return F.nll_loss(flat, kinds)  # expect: TL406


def main():
    kinds = torch.arange(20).repeat(10)
    x = 2 * torch.randn(20, 6)[kinds] + 0.05 * torch.randn(200, 6)
    model = Species()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        model.loss(x, kinds).backward()
        optimizer.step()
    return {"wrong": (model.body(x).argmax(1) != kinds).float().mean()}


def certain_and_wrong():
    """How far from the right gradient that of a sample is which the model gets wrong, but is certain of."""
    scores = torch.tensor([[20.0, 0.0, 0.0]], requires_grad=True)
    F.nll_loss(scores.log_softmax(1), torch.tensor([1])).backward()  # expect: TL406
    return {"missing": 1 - scores.grad[0, 0]}
