# The mask over future words wasn't a buffer: https://github.com/OpenNMT/OpenNMT-py/pull/240
import numpy as np
import torch
import torch.nn as nn

MAX_SIZE = 5000


class DecoderLayer(nn.Module):
    def __init__(self, size, heads, dropout):
        super().__init__()
        self.attention = nn.MultiheadAttention(size, heads, dropout, batch_first=True)
        self.query = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        mask = self._get_attn_subsequent_mask(MAX_SIZE)
        self.register_buffer("mask", mask, persistent=False)

    def _get_attn_subsequent_mask(self, size):
        attn_shape = (1, size, size)
        subsequent_mask = np.triu(np.ones(attn_shape), k=1).astype("uint8")
        return torch.from_numpy(subsequent_mask)

    def forward(self, input, src_pad_mask, tgt_pad_mask):
        length = tgt_pad_mask.size(1)
        dec_mask = torch.gt(tgt_pad_mask + self.mask[:, :length, :length], 0)
        normed = self.norm(input)
        scores = torch.bmm(self.query(normed), normed.transpose(1, 2))
        scores = scores.masked_fill(dec_mask, -1e18)
        return torch.bmm(torch.softmax(scores, dim=-1), normed)
