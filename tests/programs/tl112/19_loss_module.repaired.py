# A loss with a learned projection keeps its values.
import torch
import torch.nn.functional as F
from torch import nn


class ProjectedLoss(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.project = nn.Linear(dim, dim)
        self.values = []

    def forward(self, x, y):
        projected = self.project(x)
        value = F.smooth_l1_loss(projected, y)
        self.values.append(value.detach())
        return value


def last(criterion):
    return len(criterion.values)
