# The position table is put together from two parameters in the constructor.
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, tokens, dim):
        super().__init__()
        self.first = nn.Parameter(torch.zeros(1, 1, dim))
        self.rest = nn.Parameter(torch.randn(1, tokens, dim))
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        table = torch.cat([self.first, self.rest], dim=1)
        return self.drop(x + table[:, : x.shape[1]])
