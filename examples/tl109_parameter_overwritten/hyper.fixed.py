"""A network that computes the weights of a layer: it never learns, since the weights are handed over as `.data`."""

import torch
from torch import nn
from torch.nn import functional as F


class Hyper(nn.Module):
    def __init__(self, dim: int, context: int) -> None:
        super().__init__()
        self.dim = dim
        self.generator = nn.Linear(context, dim * dim)
        self.linear = nn.Linear(dim, dim)

    def forward(self, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        weight = self.generator(context)
        weight = weight.view(self.dim, self.dim)
        return F.linear(x, weight, self.linear.bias)  # expect: TL109


def main() -> dict[str, object]:
    torch.manual_seed(0)
    model = Hyper(4, 3)
    out = model(torch.randn(5, 4), torch.randn(3))
    out.square().mean().backward()
    untrained = sum(parameter.grad is None for parameter in model.generator.parameters())
    return {"out": out, "untrained": float(untrained)}
