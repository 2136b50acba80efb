# One probability and its complement stand for two classes.
import torch
from torch import nn
from torch.nn import functional as F


class Fraud(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Linear(width, 1)

    def forward(self, x):
        p = torch.sigmoid(self.score(x))
        return torch.cat([1 - p, p], dim=1)


def train(loader, width):
    model = Fraud(width)
    optimizer = torch.optim.Adam(model.parameters())
    for x, y in loader:
        both = model(x)
        loss = F.nll_loss(both.clamp(min=1e-6).log(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
