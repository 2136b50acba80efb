"""A generator and a discriminator whose activations learn a slope of their own."""

import torch
from torch import nn


def block(inputs: int, outputs: int, act=None) -> nn.Sequential:  # expect: TL111
    """A layer and its activation."""
    if act is None:
        act = nn.PReLU()
    return nn.Sequential(nn.Linear(inputs, outputs), act)


class Network(nn.Module):
    def __init__(self, dim: int, start=None) -> None:  # expect: TL111
        if start is None:
            start = torch.zeros(3)
        super().__init__()
        self.first = block(dim, 8)
        self.last = nn.Linear(8, 3)
        self.shift = nn.Parameter(start)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.first(x)) + self.shift


def main() -> dict[str, object]:
    """Train one of two networks: how far that moves the slope and the shift of the other one."""
    torch.manual_seed(0)
    generator, discriminator = Network(4), Network(4)
    slope, shift = discriminator.first[1].weight.item(), discriminator.shift.detach().clone()
    optimizer = torch.optim.SGD(generator.parameters(), lr=0.1)
    generator(-torch.rand(6, 4)).square().sum().backward()
    optimizer.step()
    return {
        "slope": abs(discriminator.first[1].weight.item() - slope),
        "shift": float((discriminator.shift - shift).abs().max()),
    }
