# A vision transformer makes its class token before the constructor of the base.
import torch
from torch import nn


class Embedding(nn.Module):
    def __init__(self, size: int, patch: int, dim: int):
        count = (size // patch) ** 2
        scale = dim**-0.5
        self.token = nn.Parameter(scale * torch.randn(1, 1, dim))  # expect: TL104
        self.positions = nn.Parameter(scale * torch.randn(1, count + 1, dim))

        nn.Module.__init__(self)
        self.project = nn.Conv2d(3, dim, patch, stride=patch)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.project(images).flatten(2).transpose(1, 2)
        token = self.token.expand(x.shape[0], -1, -1)
        return torch.cat((token, x), dim=1) + self.positions
