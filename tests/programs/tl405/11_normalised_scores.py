# A batch norm after the last layer keeps the scores around zero, not between 0 and 1.
import torch
from torch import nn
from torch.nn import functional as F


class Normed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 1, bias=False)
        self.norm = nn.BatchNorm1d(1)

    def forward(self, x):
        return self.norm(self.fc(x))


def step(model, x, y):
    p = model(x)
    p = p.flatten()
    return F.binary_cross_entropy(p, y)  # expect: TL405


def main(loader, width):
    model = Normed(width)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        loss = step(model, x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
