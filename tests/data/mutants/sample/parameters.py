import torch
from torch import nn


class Scales(nn.Module):
    def __init__(self, dim, count):
        super().__init__()
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(dim)) for _ in range(count)])
        self.shift = nn.Parameter(torch.randn(dim) * 0.02)

    def forward(self, x):
        for scale in self.scales:
            x = x * scale
        return x + self.shift
