"""A classifier of several attributes: a trunk, and a head for each of them, made by a helper.

After reports of layers that a loop appends to a list, and that parameters() doesn't have:
https://github.com/pytorch/pytorch/issues/666 and https://github.com/pytorch/pytorch/issues/715
"""

import torch
from torch import nn


class Attributes(nn.Module):
    def __init__(self, dim: int, depth: int) -> None:
        super().__init__()
        self.stem = nn.Linear(dim, dim)
        self.build(dim, depth)

    def build(self, dim: int, depth: int) -> None:
        self.trunk = []  # expect: TL102
        for _ in range(depth):
            self.trunk.append(nn.Linear(dim, dim))
            self.trunk.append(nn.Tanh())
        self.heads = {"age": nn.Linear(dim, 1), "colour": nn.Linear(dim, 4)}  # expect: TL102

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.stem(x)
        for layer in self.trunk:
            x = layer(x)
        return {name: head(x) for name, head in self.heads.items()}


def main() -> dict[str, object]:
    torch.manual_seed(0)
    return {"model": Attributes(6, 2), "x": torch.randn(3, 6)}


def train() -> dict[str, object]:
    """One step of training: how many of the trunk's and heads' weights it leaves exactly as they were."""
    torch.manual_seed(0)
    model = Attributes(6, 2)
    watched = [layer.weight for layer in [*model.trunk, *model.heads.values()] if isinstance(layer, nn.Linear)]
    before = [weight.detach().clone() for weight in watched]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    sum(out.square().mean() for out in model(torch.randn(3, 6)).values()).backward()
    optimizer.step()
    same = sum(torch.equal(weight, old) for weight, old in zip(watched, before, strict=True))
    return {"untrained": float(same)}
