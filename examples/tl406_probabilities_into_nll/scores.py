"""Raw scores in NLLLoss: it has no lower bound, so the scores grow without end and the wrong ones aren't pushed down."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(x)


def train(net, criterion, x, y):
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    for _ in range(200):
        scores = net(x)
        loss = criterion(scores, y)  # expect: TL406
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return scores.detach(), loss.detach()


def main():
    y = torch.arange(3).repeat(10)
    x = torch.eye(3, 4)[y] + 0.1 * torch.randn(30, 4)
    scores, loss = train(Net(), nn.NLLLoss(), x, y)
    return {"largest": scores.abs().max(), "below": -loss}
