# A comma too many: the bias is a tuple.
import torch
from torch import nn


class Affine(nn.Module):
    def __init__(self, channels):
        super().__init__()
        shape = (1, channels, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape)),  # expect: TL103

    def forward(self, x):
        (beta,) = self.beta
        return x * self.gamma + beta
