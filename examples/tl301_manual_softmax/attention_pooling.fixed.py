"""Attention pooling over the words of a sentence, with the softmax written out in steps.

It works until the scores grow during training; then the weights are infinity divided by infinity.
"""

import torch
from torch import nn


class AttentionPooling(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.score = nn.Linear(dim, 1)

    def forward(self, words):
        scores = self.score(words).squeeze(-1)
        weights = torch.softmax(scores, dim=1)  # expect: TL301
        return (weights.unsqueeze(-1) * words).sum(dim=1)


def pool(scale):
    torch.manual_seed(0)
    pooling = AttentionPooling(8)
    words = (torch.randn(4, 6, 8) * scale).requires_grad_(True)
    pooled = pooling(words)
    pooled.square().mean().backward()
    return {"pooled": pooled, "words": words, "pooling": pooling}


def main():
    return pool(scale=1.0)


def late_in_training():
    return pool(scale=500.0)
