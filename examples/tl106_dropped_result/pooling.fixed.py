"""Attention pooling over padded sequences.

Adapted from the shape that a speech recognition toolkit has in several of its layers: the mask is made, applied, and the
result is dropped, so that padding takes part in every average.
"""

import torch
from torch import Tensor, nn


class AttentionPool(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.score = nn.Linear(dim, 1)

    def forward(self, frames: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        scores = self.score(frames).squeeze(-1)
        positions = torch.arange(frames.shape[1], device=frames.device)
        padding = positions[None, :] >= lengths[:, None]
        scores = scores.masked_fill(padding, float("-inf"))  # expect: TL106
        weights = torch.softmax(scores, dim=1)
        pooled = torch.einsum("bt,btd->bd", weights, frames)
        return pooled, weights


def main():
    pool = AttentionPool(4)
    frames = torch.randn(3, 6, 4)
    lengths = torch.tensor([6, 3, 2])
    _, weights = pool(frames, lengths)
    return {"leak": weights[1, 3:].sum().detach() + weights[2, 2:].sum().detach()}
