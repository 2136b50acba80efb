# Graph attention for table structures: model.eval() leaves the functional dropout on.
# Report: https://github.com/Academic-Hammer/SciTSR/pull/16
import torch
import torch.nn as nn
import torch.nn.functional as F


class AttentionBlock(nn.Module):
    def __init__(self, size, dropout=0.2):
        super().__init__()
        self.dropout = dropout
        self.query = nn.Linear(size, size)
        self.key = nn.Linear(size, size)
        self.value = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)

    def masked_attention(self, q, k, v, mask):
        scores = q @ k.transpose(-1, -2) / k.shape[-1] ** 0.5
        scores = scores.masked_fill(mask == 0, float("-inf"))
        weights = torch.softmax(scores, dim=-1)
        weights = F.dropout(weights, self.dropout, training=self.training)
        return weights @ v

    def forward(self, x, y, mask):
        h = self.masked_attention(self.query(x), self.key(y), self.value(y), mask)
        return self.norm(x + h)
