# Learnable DCT filters are registered as tensors: https://github.com/cfzd/FcaNet/issues/29
import math

import torch
from torch import nn


class Filters(nn.Module):
    def __init__(self, height, width, frequencies, channels):
        super().__init__()
        self.channels = channels
        self.register_parameter("weight", self.filters(height, width, frequencies))  # expect: TL109

    def filters(self, height, width, frequencies):
        bank = torch.zeros(self.channels, height, width)
        part = self.channels // len(frequencies)
        for index, (u, v) in enumerate(frequencies):
            rows = torch.cos(math.pi * (torch.arange(height) + 0.5) * u / height)
            columns = torch.cos(math.pi * (torch.arange(width) + 0.5) * v / width)
            bank[index * part : (index + 1) * part] = rows[:, None] * columns
        return bank

    def forward(self, x):
        return (x * self.weight).sum(dim=[2, 3])
