"""Evaluation with dropout still on, and weights that were never clipped.

Adapted from questions of people whose accuracy changes from run to run: the parentheses are missing.
"""

import torch
from torch import Tensor, nn


def build(dim: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(dim, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 2))


def clip(critic: nn.Sequential, limit: float) -> float:
    for parameter in critic.parameters():
        parameter.data.clamp_(-limit, limit)  # expect: TL106
    return max(parameter.detach().abs().max().item() for parameter in critic.parameters())


def accuracy(images: Tensor) -> tuple[Tensor, Tensor]:
    model = build(images.shape[1])
    criterion = nn.CrossEntropyLoss()
    labels = torch.zeros(len(images), dtype=torch.long)
    criterion(model(images), labels).backward()
    model.eval()  # expect: TL106
    with torch.no_grad():
        first = model(images)
        second = model(images)
    return first, second


def main():
    first, second = accuracy(torch.randn(5, 8))
    return {"changed": (first != second).any().float(), "unclipped": float(clip(build(8), 0.01) > 0.01)}
