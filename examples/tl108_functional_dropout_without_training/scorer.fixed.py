"""A scorer of molecules whose predictions for one input differ (adapted from https://github.com/deepchem/deepchem/pull/5121)."""

import torch
import torch.nn.functional as F
from torch import nn


class Scorer(nn.Module):
    def __init__(self, features: int, width: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.hidden = nn.ModuleList([nn.Linear(features, width), nn.Linear(width, width)])
        self.output = nn.Linear(width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.hidden:
            x = F.relu(layer(x))
            x = F.dropout(x, p=self.dropout, training=self.training)  # expect: TL108
        return 1 + 4 * torch.sigmoid(self.output(x))


def main() -> dict[str, object]:
    """How far two predictions for the same molecules are apart in evaluation, and what training computes."""
    model = Scorer(16, 64, 0.5)
    molecules = torch.randn(32, 16)
    torch.manual_seed(1)
    training = model(molecules)
    model.eval()
    spread = (model(molecules) - model(molecules)).abs().max()
    return {"model": model, "training": training, "spread": spread}
