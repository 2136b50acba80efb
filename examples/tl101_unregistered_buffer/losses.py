"""Loss modules with plain tensors: class weights, bins, and a temperature that nobody trains.

Adapted from https://github.com/Project-MONAI/MONAI/pull/8872 and https://github.com/HazyResearch/metal/pull/97.
"""

import torch
import torch.nn.functional as F
from torch import nn


class SoftCrossEntropy(nn.Module):
    """Cross-entropy against probabilities, with a weight for every class."""

    def __init__(self, weights: torch.Tensor):
        super().__init__()
        weights = weights / weights.sum()
        self.weights = weights.unsqueeze(0)  # expect: TL101

    def forward(self, logits, target):
        losses = -F.log_softmax(logits, dim=1) * target
        return (losses * self.weights).sum(dim=1).mean()


class Ordinal(nn.Module):
    """The distance to the expected level."""

    def __init__(self, levels: int):
        super().__init__()
        self.register_buffer("scale", torch.tensor([1.0 / levels]))
        self.levels = torch.arange(levels)  # expect: TL101

    def forward(self, logits, labels):
        expectation = (logits.softmax(dim=1) * self.levels).sum(dim=1)
        return ((expectation - labels).abs() * self.scale).mean()


def main():
    logits, labels = torch.randn(8, 5, requires_grad=True), torch.randint(0, 5, (8,))
    target = F.one_hot(labels, 5).float()
    soft, ordinal = SoftCrossEntropy(torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])), Ordinal(5)
    loss = soft(logits, target) + ordinal(logits, labels)
    loss.backward()
    return {"soft": soft, "ordinal": ordinal, "logits": logits, "labels": labels, "target": target, "loss": loss.detach()}
