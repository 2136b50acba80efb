# The mask is built with the first batch, and the name is taken.
import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.register_buffer("mask", None, persistent=False)

    def build(self, length):
        mask = torch.full((length, length), float("-inf")).triu(1)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x):
        out, _ = self.attention(x, x, x, attn_mask=self.mask)
        return out
