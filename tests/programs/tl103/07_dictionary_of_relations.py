# Dictionaries of parameters aren't registered: https://github.com/pytorch/pytorch/issues/632
import torch
import torch.nn as nn


class Aggregation(nn.Module):
    def __init__(self, relations, features):
        super().__init__()
        self.waggrs = {}  # expect: TL103
        for relation in range(relations):
            self.waggrs[relation] = {"w": nn.Parameter(1.0 + torch.randn(1, features)), "b": nn.Parameter(torch.zeros(1, features))}
        self.out = nn.Linear(features, 1)

    def forward(self, x, relation):
        found = self.waggrs[relation]
        return self.out(torch.tanh(x * found["w"] + found["b"]))
