# A block whose options pass through keywords: https://github.com/aladdinpersson/Machine-Learning-Collection/pull/33
import torch
from torch import nn


class ConvBlock(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(in_channels, out_channels, **kwargs)
        self.batchnorm = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        return self.relu(self.batchnorm(self.conv(x)))


class Stem(nn.Module):
    def __init__(self, channels):
        super().__init__()
        common = dict(kernel_size=3, padding=1)
        self.wide = nn.Conv2d(3, channels, stride=2, **common)  # expect: TL201
        self.wide_norm = nn.BatchNorm2d(channels)
        self.blocks = nn.ModuleList([ConvBlock(channels, channels, **common) for _ in range(2)])
        self.squeeze = nn.Conv2d(channels, 8, 1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = self.wide(x)
        x = torch.relu(self.wide_norm(x))
        for block in self.blocks:
            x = block(x)
        x = torch.relu(self.squeeze(x))
        return self.fc(x.mean((2, 3)))


if __name__ == "__main__":
    print(Stem(16)(torch.randn(2, 3, 16, 16)).shape)
