"""A causal language model whose mask and table of positions are plain attributes.

Adapted from https://github.com/torchgeo/torchgeo/pull/3232 and https://github.com/facebookresearch/fairseq/pull/5213:
on the CPU everything works, on a GPU the first batch raises "Expected all tensors to be on the same device".
"""

import math

import torch
from torch import nn


class Positions(nn.Module):
    """Sinusoids, added to the embeddings."""

    def __init__(self, dim: int, length: int):
        super().__init__()
        pe = torch.zeros(length, dim)
        position = torch.arange(length).unsqueeze(1)
        frequency = torch.exp(torch.arange(0, dim, 2) * (-math.log(10000.0) / dim))
        pe[:, 0::2] = torch.sin(position * frequency)
        pe[:, 1::2] = torch.cos(position * frequency)
        self.pe = pe.unsqueeze(0)  # expect: TL101

    def forward(self, x):
        return x + self.pe[:, : x.size(1)]


class Attention(nn.Module):
    """Causal self-attention with one head."""

    def __init__(self, dim: int, length: int):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        self.mask = self._mask(length)  # expect: TL101

    @staticmethod
    def _mask(length: int) -> torch.Tensor:
        return torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)

    def forward(self, x):
        length = x.size(1)
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
        scores = scores.masked_fill(self.mask[:length, :length], -torch.inf)
        return scores.softmax(-1) @ v


class Model(nn.Module):
    def __init__(self, words: int, dim: int = 16, length: int = 32):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.positions = Positions(dim, length)
        self.attention = Attention(dim, length)
        self.head = nn.Linear(dim, words)

    def forward(self, tokens):
        x = self.positions(self.embed(tokens))
        return self.head(x + self.attention(x))


def main():
    model = Model(words=50)
    tokens = torch.randint(0, 50, (2, 10))
    loss = nn.functional.cross_entropy(model(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    loss.backward()
    vectors = torch.randn(2, 10, 16)
    return {
        "model": model,
        "tokens": tokens,
        "attention": model.attention,
        "positions": model.positions,
        "vectors": vectors,
        "loss": loss.detach(),
    }
