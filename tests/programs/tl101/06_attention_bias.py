# The two-dimensional ALiBi bias wasn't moved with the model: https://github.com/torchgeo/torchgeo/pull/3232
import itertools
import math

import torch
from torch import nn


def get_2dalibi(num_heads, num_patches):
    points = list(itertools.product(range(int(math.sqrt(num_patches))), repeat=2))
    slopes = torch.tensor([2 ** (-8 * (i + 1) / num_heads) for i in range(num_heads)]).unsqueeze(1)
    distances = []
    for p1 in points:
        for p2 in points:
            distances.append(math.dist(p1, p2))
    bias = -slopes * torch.tensor(distances)
    return bias.view(1, num_heads, num_patches, num_patches)


class Block(nn.Module):
    def __init__(self, dim, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.qkv = nn.Linear(dim, dim * 3)

    def forward(self, x, bias):
        batch, length, dim = x.shape
        qkv = self.qkv(x).reshape(batch, length, 3, self.num_heads, dim // self.num_heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, dim)


class Encoder(nn.Module):
    def __init__(self, dim=64, num_heads=4, num_patches=16):
        super().__init__()
        self.block = Block(dim, num_heads)
        self.attn_bias = get_2dalibi(num_heads, num_patches)  # expect: TL101

    def forward(self, tokens):
        return self.block(tokens, self.attn_bias)
