# The members are in a ModuleList, their weights in a tuple.
import torch
from torch import nn


class Ensemble(nn.Module):
    def __init__(self, members, classes):
        super().__init__()
        self.members = nn.ModuleList(members)
        self.weights = tuple(nn.Parameter(torch.ones(classes) / len(members)) for _ in members)  # expect: TL103

    def forward(self, x):
        return sum(weight * member(x) for weight, member in zip(self.weights, self.members))
