# A transformer with six layers that are one
import torch.nn as nn


class EncoderLayer(nn.Module):
    def __init__(self, dim, heads, dropout):
        super().__init__()
        self.attention = nn.MultiheadAttention(dim, heads, dropout=dropout, batch_first=True)
        self.norm = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x):
        attended, _ = self.attention(x, x, x)
        x = self.norm(x + attended)
        return x + self.mlp(x)


class Encoder(nn.Module):
    def __init__(self, vocabulary, dim=512, heads=8, depth=6, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        layers = [EncoderLayer(dim, heads, dropout) for _ in range(depth)]
        self.layers = nn.Sequential(*layers)

    def forward(self, tokens):
        return self.layers(self.embedding(tokens))


def count(model):
    return sum(p.numel() for p in model.parameters())
