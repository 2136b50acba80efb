# A flow of coupling layers: their scales are in a list that a method fills.
import torch
from torch import nn


class Flow(nn.Module):
    def __init__(self, dim, layers):
        super().__init__()
        self.half = dim // 2
        self.nets = nn.ModuleList()
        self.scales = []  # expect: TL103
        for _ in range(layers):
            self.add_layer(dim)

    def add_layer(self, dim):
        self.nets.append(nn.Sequential(nn.Linear(self.half, 32), nn.Tanh(), nn.Linear(32, dim - self.half)))
        self.scales.append(nn.Parameter(torch.zeros(dim - self.half)))

    def forward(self, x):
        total = 0.0
        for net, scale in zip(self.nets, self.scales):
            first, second = x[:, : self.half], x[:, self.half :]
            second = second * scale.exp() + net(first)
            total = total + scale.sum()
            x = torch.cat([second, first], dim=1)
        return x, total
