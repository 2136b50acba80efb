# The position table is put together from two parameters in the constructor.
import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self, tokens, dim):
        super().__init__()
        first = nn.Parameter(torch.zeros(1, 1, dim))
        rest = nn.Parameter(torch.randn(1, tokens, dim))
        self.table = torch.cat([first, rest], dim=1)  # expect: TL103
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return self.drop(x + self.table[:, : x.shape[1]])
