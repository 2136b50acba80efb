"""A classifier that keeps what it computes, to look at it after training.

After reports of memory that grows while losses are summed up: https://github.com/pytorch/pytorch/issues/1840 and
https://github.com/BatsResearch/labelmodels/issues/4
"""

import gc
import weakref

import torch
from torch import nn


class Monitored(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, 2)
        self.means = []
        self.energy = 0.0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.tanh(self.hidden(x))
        scores = self.out(hidden)
        mean = scores.mean()
        if self.training:
            self.note(mean)
        self.energy += hidden.square().mean().detach()  # expect: TL112
        return scores

    def note(self, mean: torch.Tensor) -> None:
        self.means.append(mean.detach())  # expect: TL112


class Saved:
    """A tensor that a graph has saved for its gradients."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor


def run(calls: int) -> tuple[Monitored, int]:
    """A model after some calls, and how many tensors their graphs still keep in memory."""
    torch.manual_seed(0)
    model = Monitored(8)
    saved: weakref.WeakSet[Saved] = weakref.WeakSet()

    def pack(tensor: torch.Tensor) -> Saved:
        box = Saved(tensor.detach())
        saved.add(box)
        return box

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda box: box.tensor):
        for _ in range(calls):
            model(torch.ones(4, 8))
    gc.collect()
    return model, len(saved)


def main() -> dict[str, object]:
    """What is left of ten calls."""
    model, saved = run(10)
    return {"saved": float(saved), "energy": float(model.energy), "means": float(sum(model.means))}
