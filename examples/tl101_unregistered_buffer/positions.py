"""A small transformer encoder. Its table of positions is built by a helper and kept as a plain attribute.

Training on a GPU ends at the first addition: the table is still on the host, whatever .to() was told.
"""

import math

import torch
from torch import nn


def sinusoids(length, dim):
    position = torch.arange(length).unsqueeze(1)
    frequency = torch.exp(torch.arange(0, dim, 2) * (-math.log(10000.0) / dim))
    table = torch.zeros(length, dim)
    table[:, 0::2] = torch.sin(position * frequency)
    table[:, 1::2] = torch.cos(position * frequency)
    return table


class Encoder(nn.Module):
    def __init__(self, vocabulary, dim, length):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        self.layer = nn.TransformerEncoderLayer(dim, nhead=2, dim_feedforward=4 * dim, dropout=0.0, batch_first=True)
        table = sinusoids(length, dim)
        self.scale = dim**0.5
        self.positions = table.unsqueeze(0)  # expect: TL101

    def forward(self, tokens):
        x = self.embedding(tokens) * self.scale
        x = x + self.positions[:, : tokens.shape[1]]
        return self.layer(x)


def main():
    model = Encoder(vocabulary=50, dim=8, length=16)
    tokens = torch.randint(50, (2, 10))
    return {"model": model, "tokens": tokens}
