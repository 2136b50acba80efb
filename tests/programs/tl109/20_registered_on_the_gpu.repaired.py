# A parameter is moved before it's registered.
import torch
from torch import nn


class Shift(nn.Module):
    def __init__(self, dim):
        super().__init__()
        shift = torch.zeros(dim)
        parameter = nn.Parameter(shift.double())
        self.register_parameter("shift", parameter)

    def forward(self, x):
        return x + self.shift
