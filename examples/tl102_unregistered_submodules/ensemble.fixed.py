"""A model that drops features at several rates. eval() should switch that off."""

import torch
from torch import nn


class Stack(nn.Module):
    def __init__(self, dim: int, rates: tuple[float, ...]) -> None:
        super().__init__()
        layers = [nn.Linear(dim, dim) for _ in rates]
        self.layers = nn.ModuleList(layers)
        self.drops = nn.ModuleList([nn.Dropout(rate) for rate in rates])  # expect: TL102

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer, drop in zip(self.layers, self.drops, strict=True):
            x = drop(layer(x))
        return x


def main() -> dict[str, object]:
    """How far two evaluations of one input are from each other."""
    torch.manual_seed(0)
    model = Stack(8, (0.5, 0.5)).eval()
    x = torch.ones(4, 8)
    return {"noise": float((model(x) - model(x)).abs().max())}
