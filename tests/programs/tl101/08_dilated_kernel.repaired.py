# Index tables of a constructed kernel stayed behind:
# https://github.com/K-H-Ismail/Dilated-Convolution-with-Learnable-Spacings-PyTorch/pull/8
import torch
from torch import nn


class ConstructKernel1d(nn.Module):
    def __init__(self, out_channels, in_channels, dilated_kernel_size):
        super().__init__()
        self.out_channels = out_channels
        self.in_channels = in_channels
        self.dilated_kernel_size = dilated_kernel_size
        self._init_tables()

    def _init_tables(self):
        idx = torch.arange(0, self.dilated_kernel_size)
        self.register_buffer("idx", idx.reshape(-1, 1, 1, 1), persistent=False)
        self.register_buffer("lim", torch.tensor([self.dilated_kernel_size]).reshape(1, 1, 1), persistent=False)

    def forward(self, weight, position, sigma):
        position = position + self.lim // 2
        distance = (self.idx - position.unsqueeze(0)) / (sigma.abs() + 0.27)
        gaussian = (1.0 - distance.abs()).clamp(min=0)
        kernel = (gaussian * weight.unsqueeze(0)).sum(-1)
        return kernel.permute(1, 2, 0)


class DilatedConv1d(nn.Module):
    def __init__(self, in_channels, out_channels, elements, size):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, elements))
        self.position = nn.Parameter(torch.randn(out_channels, in_channels, elements))
        self.sigma = nn.Parameter(torch.ones(out_channels, in_channels, elements))
        self.construct = ConstructKernel1d(out_channels, in_channels, size)

    def forward(self, x):
        return nn.functional.conv1d(x, self.construct(self.weight, self.position, self.sigma))
