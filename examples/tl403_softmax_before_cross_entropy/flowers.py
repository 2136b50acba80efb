"""Ten kinds of flowers, told apart by four measures. The loss sees probabilities, so it can't fall below 1.46."""

import torch
import torch.nn.functional as F
from torch import nn


def measures(count):
    kinds = torch.arange(10).repeat(count)
    centres = torch.linspace(-3, 3, 10)[:, None] * torch.tensor([1.0, -1.0, 0.5, 0.0]) + torch.eye(10, 4)
    return centres[kinds] + 0.05 * torch.randn(len(kinds), 4), kinds


def fit(net, features, kinds, steps):
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(steps):
        logits = net(features)
        logits = F.softmax(logits, dim=1)
        logits = logits.view(len(kinds), -1)
        loss = F.cross_entropy(logits, kinds)  # expect: TL403
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def main():
    features, kinds = measures(8)
    net = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 10))
    return {"loss": fit(net, features, kinds, 300)}


def certain_and_wrong():
    """How far from the right gradient that of a sample is which the net gets wrong, but is certain of."""
    logits = torch.tensor([[20.0, 0.0, 0.0]], requires_grad=True)
    criterion = nn.CrossEntropyLoss()
    loss = criterion(torch.softmax(logits, dim=1), torch.tensor([1]))  # expect: TL403
    loss.backward()
    return {"missing": 1 - logits.grad[0, 0]}
