# A block that derives from nn.Sequential keeps its shortcut before the layers are handed over.
from torch import nn


class Block(nn.Sequential):
    def __init__(self, channels, stride=1):
        self.stride = stride
        self.shortcut = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()  # expect: TL104
        super().__init__(
            nn.Conv2d(channels, channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return super().forward(x) + self.shortcut(x)


def make(channels, depth):
    blocks = [Block(channels, 1 + index % 2) for index in range(depth)]
    return nn.Sequential(nn.Conv2d(3, channels, 3, padding=1), *blocks)
