"""A small vision transformer. Heads are merged by view() after a transpose, as in many first implementations."""

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5).softmax(dim=-1)
        heads = weights @ v
        tokens = heads.transpose(1, 2)
        return self.out(tokens.reshape(batch, length, width))  # expect: TL501


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Transformer(nn.Module):
    def __init__(self, patch=4, width=16, heads=4, classes=5):
        super().__init__()
        self.patch = patch
        self.embed = nn.Linear(3 * patch * patch, width)
        self.blocks = nn.Sequential(Block(width, heads), Block(width, heads))
        self.head = nn.Linear(width, classes)

    def patches(self, images):
        batch, channels, height, width = images.shape
        p = self.patch
        grid = images.reshape(batch, channels, height // p, p, width // p, p)
        return grid.permute(0, 2, 4, 1, 3, 5).flatten(1, 2).flatten(2)

    def forward(self, images):
        tokens = self.blocks(self.embed(self.patches(images)))
        return self.head(tokens.mean(dim=1))


def main():
    model = Transformer()
    images = torch.randn(2, 3, 8, 8)
    scores = model(images)
    scores.logsumexp(dim=-1).mean().backward()
    return {"scores": scores, "model": model}


def attend():
    attention = Attention(width=16, heads=4)
    x = torch.randn(2, 6, 16)
    return {"attended": attention(x)}


def one_head_at_a_time():
    attention = Attention(width=16, heads=4)
    x = torch.randn(2, 6, 16)
    queries, keys, values = (part.split(4, dim=-1) for part in attention.qkv(x).chunk(3, dim=-1))
    heads = [nn.functional.scaled_dot_product_attention(*one) for one in zip(queries, keys, values)]
    return {"attended": attention.out(torch.cat(heads, dim=-1))}
