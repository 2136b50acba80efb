# Embeddings of positions are kept to compare them.
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, longest, dim):
        super().__init__()
        self.table = nn.Embedding(longest, dim)
        self.used = []

    def forward(self, x):
        index = torch.arange(x.shape[1], device=x.device)
        positions = self.table(index)
        self.used.append(positions)  # expect: TL112
        return x + positions
