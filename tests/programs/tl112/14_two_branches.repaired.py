# Each of two branches keeps its own result.
import torch
from torch import nn


class Siamese(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.left = nn.Linear(dim, dim)
        self.right = nn.Linear(dim, dim)
        self.distances = []

    def forward(self, x, y):
        left = torch.tanh(self.left(x))
        right = torch.tanh(self.right(y))
        distance = (left - right).square().sum(dim=-1)
        self.distances.append(distance.detach())
        return distance.sqrt()
