"""Three binary targets with three wrong dtypes: a comparison, a conversion, and numpy's default float64."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Detector(nn.Module):
    def __init__(self, threshold):
        super().__init__()
        self.threshold = threshold
        self.score = nn.Linear(6, 1)

    def forward(self, readings):
        return self.score(readings).squeeze(-1)

    def loss(self, readings, damage):
        broken = damage > self.threshold
        scores = self(readings)
        weight = torch.where(broken, 4.0, 1.0)
        return F.binary_cross_entropy_with_logits(scores, broken, weight=weight)  # expect: TL402


def main():
    torch.manual_seed(1)
    return {"loss": Detector(0.5).loss(torch.randn(8, 6), torch.rand(8))}


def integers():
    readings = torch.randn(8, 6)
    answers = readings.sum(dim=1).sign().clamp(min=0).to(torch.int64)
    scores = Detector(0.5)(readings)
    return {"loss": nn.BCEWithLogitsLoss()(scores, answers)}  # expect: TL402


def doubles():
    rates = np.linspace(0.0, 1.0, 8)
    readings = torch.randn(8, 6)
    probabilities = torch.sigmoid(nn.Linear(6, 1)(readings)).squeeze(-1)
    return {"loss": F.binary_cross_entropy(probabilities, torch.from_numpy(rates))}  # expect: TL402
