# Learned positions that are drawn anew for each batch.
import torch
from torch import nn


class Embeddings(nn.Module):
    def __init__(self, words, dim):
        super().__init__()
        self.dim = dim
        self.words = nn.Embedding(words, dim)
        self.drop = nn.Dropout(0.1)

    def forward(self, tokens):
        x = self.words(tokens)
        length = tokens.shape[1]
        index = torch.arange(length, device=tokens.device)
        positions = nn.Embedding(length, self.dim).to(tokens.device)  # expect: TL105
        x = x + positions(index)
        return self.drop(self._norm(x))

    def _norm(self, x):
        norm = nn.LayerNorm(self.dim, device=x.device)  # expect: TL105
        return norm(x)
