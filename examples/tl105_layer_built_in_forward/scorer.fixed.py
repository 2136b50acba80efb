"""A scorer that normalises its features. In evaluation, a sample's score must not depend on the samples beside it."""

import torch
from torch import nn


class Scorer(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(dim)
        self.fc = nn.Linear(dim, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.normalise(x.flatten(1))
        return self.fc(torch.relu(x))

    def normalise(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(x)


def main() -> dict[str, object]:
    """How much a sample's score changes with the batch that it's in, in evaluation."""
    torch.manual_seed(0)
    model = Scorer(8)
    x = torch.randn(32, 8)
    for _ in range(20):
        model(x)
    model.eval()
    return {"leak": float((model(x[:8])[0] - model(x)[0]).abs())}
