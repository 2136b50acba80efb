# Two networks of one file, each with its own loss in the same loop.
import torch
from torch import nn


class First(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, 10), nn.LogSoftmax(dim=1))

    def forward(self, x):
        return self.net(x)


class Second(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, 10), nn.LogSoftmax(dim=1))

    def forward(self, x):
        return self.net(x)


def main(loader, width):
    first, second = First(width), Second(width)
    criterion = nn.NLLLoss()
    parameters = [*first.parameters(), *second.parameters()]
    optimizer = torch.optim.Adam(parameters)
    for x, y in loader:
        one = criterion(first(x), y)
        other = criterion(second(x), y)
        optimizer.zero_grad()
        (one + other).backward()
        optimizer.step()
