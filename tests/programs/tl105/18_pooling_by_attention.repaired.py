# Attention over time with a query that the module keeps, and an attention layer that it doesn't.
import torch
from torch import nn


class AttentionPool(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.query = nn.Parameter(torch.randn(1, 1, dim))
        self.heads = heads
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)

    def forward(self, frames, mask=None):
        batch, _, dim = frames.shape
        query = self.query.expand(batch, 1, dim)
        pooled, weights = self.attention(query, frames, frames, key_padding_mask=mask)
        return pooled.squeeze(1), weights
