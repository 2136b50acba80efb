# A dense layer that keeps its weight transposed.
import math

import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        weight = nn.Parameter(torch.empty(outputs, inputs))
        nn.init.kaiming_uniform_(weight, a=math.sqrt(5))
        self.weight = weight.t()  # expect: TL103
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return torch.addmm(self.bias, x, self.weight)
