# Predictions of several views are collected in a list and stacked before the loss.
import torch
import torch.nn.functional as F
from torch import nn


class View(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Linear(width, 1)

    def forward(self, x):
        return self.score(x)


def views(net, x):
    plain = net(x)
    flipped = net(x.flip(-1))
    return torch.cat([plain, flipped], dim=1)


def loss_of(net, x, y):
    both = views(net, x)
    target = y.float().unsqueeze(1).expand(-1, 2)
    weight = torch.tensor([0.7, 0.3])
    return F.binary_cross_entropy_with_logits(both, target, weight=weight)


def main(loader):
    net = View(16)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    for x, y in loader:
        loss = loss_of(net, x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
