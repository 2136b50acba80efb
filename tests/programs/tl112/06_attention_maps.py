# Attention maps are kept to be drawn after training.
import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        self.scale = dim**-0.5
        self.maps = []

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        scores = torch.matmul(q, k.transpose(-2, -1)) * self.scale
        weights = scores.softmax(dim=-1)
        self.maps.append(weights)  # expect: TL112
        return torch.matmul(weights, v)
