# Channel shuffle without contiguous() between transpose and view.
import torch
from torch import nn


def channel_shuffle(x, groups):
    batch, channels, height, width = x.shape
    per_group = channels // groups
    x = x.view(batch, groups, per_group, height, width)
    x = torch.transpose(x, 1, 2)
    return x.reshape(batch, channels, height, width)


class Unit(nn.Module):
    def __init__(self, channels, groups):
        super().__init__()
        self.groups = groups
        self.squeeze = nn.Conv2d(channels, channels, 1, groups=groups)
        self.spatial = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)

    def forward(self, x):
        out = self.squeeze(x).relu()
        out = channel_shuffle(out, self.groups)
        return x + self.spatial(out)


if __name__ == "__main__":
    print(Unit(6, 2)(torch.randn(2, 6, 5, 5)).shape)
