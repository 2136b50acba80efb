# After training, the knots of all layers are what they were at first.
import torch
from torch import nn


class Spline(nn.Module):
    def __init__(self, inputs, knots, scale=0.1):
        super().__init__()
        grid = torch.linspace(-1, 1, knots).expand(inputs, -1)
        self.register_buffer("grid", grid)
        self.coefficients = nn.Parameter(torch.randn(inputs, knots)) * scale  # expect: TL103

    def forward(self, x):
        distance = (x[..., None] - self.grid).square()
        return (torch.exp(-distance) * self.coefficients).sum(dim=-1)


class Network(nn.Module):
    def __init__(self, inputs, depth):
        super().__init__()
        self.layers = nn.ModuleList(Spline(inputs, 8) for _ in range(depth))
        self.out = nn.Linear(depth, 1)

    def forward(self, x):
        return self.out(torch.stack([layer(x) for layer in self.layers], dim=-1)).mean(dim=1)
