# A table that was made a parameter becomes a buffer when it's frozen.
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(length, dim))
        nn.init.normal_(self.table, std=0.02)

    def freeze(self):
        table = self.table.detach().clone()
        del self.table
        self.register_buffer("table", table)

    def forward(self, x):
        return x + self.table[: x.shape[1]]
