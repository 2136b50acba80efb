# "Why not use the normal softmax instead of subtracting the max value?", asked about the attention of a detector:
# https://github.com/IDEA-Research/DN-DETR/issues/62
import math

import torch
from torch import nn


class QueryAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.dim, self.heads = dim, heads
        self.q_proj = nn.Linear(dim, dim)
        self.k_proj = nn.Linear(dim, dim)
        self.v_proj = nn.Linear(dim, dim)

    def split(self, x):
        batch, length, _ = x.shape
        return x.view(batch, length, self.heads, -1).transpose(1, 2)

    def forward(self, query, key, value):
        q, k, v = self.split(self.q_proj(query)), self.split(self.k_proj(key)), self.split(self.v_proj(value))
        attn_output_weights = torch.matmul(q, k.transpose(-2, -1))
        attn_output_weights = attn_output_weights / math.sqrt(self.dim // self.heads)
        attn_output_weights = torch.softmax(attn_output_weights, dim=-1)
        out = torch.matmul(attn_output_weights, v)
        return out.transpose(1, 2).flatten(2)


if __name__ == "__main__":
    x = torch.randn(2, 5, 8)
    print(QueryAttention(8, 2)(x, x, x).shape)
