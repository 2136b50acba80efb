"""A learned scale in front of a classifier.

The constructor delegates to a method, and nobody calls the constructor of nn.Module.
"""

import torch
from torch import Tensor, nn


class Scaler(nn.Module):
    def __init__(self, channels: int):
        self.channels = channels
        self._make()

    def _make(self):
        start = torch.ones(self.channels)
        self.scale = nn.Parameter(start)  # expect: TL104
        self.register_buffer("mean", torch.full((self.channels,), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.mean) * self.scale


def main():
    scaler = Scaler(3)
    x = torch.linspace(0, 1, 6).view(2, 3)
    return {"scaled": scaler(x), "parameters": sum(1 for _ in scaler.parameters())}


def reference():
    return {"scaled": torch.linspace(0, 1, 6).view(2, 3) - 0.5, "parameters": 1}
