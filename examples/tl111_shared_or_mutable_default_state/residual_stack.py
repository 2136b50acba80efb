"""The residual stack of an autoencoder: its blocks should each learn something else.

After a report of one block that stands in the list several times:
https://github.com/zalandoresearch/pytorch-vq-vae/issues/2
"""

import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.ReLU(), nn.Linear(dim, hidden), nn.ReLU(), nn.Linear(hidden, dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.block(x)


class ResidualStack(nn.Module):
    def __init__(self, dim: int, hidden: int, depth: int) -> None:
        super().__init__()
        layers = [nn.Linear(dim, dim)]
        layers += [Residual(dim, hidden)] * depth  # expect: TL111
        layers.append(nn.ReLU())
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def main() -> dict[str, object]:
    torch.manual_seed(0)
    return {"model": ResidualStack(6, 4, 3)}


def train() -> dict[str, object]:
    """One step of training: how many of the blocks are the same as the first afterwards."""
    torch.manual_seed(0)
    model = ResidualStack(6, 4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.randn(5, 6)).square().mean().backward()
    optimizer.step()
    first, *others = [layer for layer in model.layers if isinstance(layer, Residual)]
    assert len(others) == 2
    same = sum(torch.equal(other.block[1].weight, first.block[1].weight) for other in others)
    return {"copies": float(same)}
