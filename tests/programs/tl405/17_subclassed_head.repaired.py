# The base class has a hook for the activation that the subclass forgets to fill.
import torch
from torch import nn
from torch.nn import functional as F


class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Linear(width, 64)
        self.output = nn.Linear(64, 1)

    def activate(self, x):
        return x

    def forward(self, x):
        x = torch.relu(self.hidden(x))
        x = self.output(x)
        return self.activate(x)


class Binary(Base):
    def activate(self, x):
        return x.sigmoid()

    def loss(self, x, y):
        prediction = self(x)
        prediction = prediction[:, 0]
        weight = 1 + 2 * y
        return F.binary_cross_entropy(prediction, y, weight)
