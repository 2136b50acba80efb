# Learned positions that are drawn anew for each batch.
import torch
from torch import nn


class Embeddings(nn.Module):
    def __init__(self, words, dim, longest):
        super().__init__()
        self.dim = dim
        self.words = nn.Embedding(words, dim)
        self.positions = nn.Embedding(longest, dim)
        self.norm = nn.LayerNorm(dim)
        self.drop = nn.Dropout(0.1)

    def forward(self, tokens):
        x = self.words(tokens)
        length = tokens.shape[1]
        index = torch.arange(length, device=tokens.device)
        x = x + self.positions(index)
        return self.drop(self.norm(x))
