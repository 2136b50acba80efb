# The bias of both convolutions of a U-Net's double block is redundant: https://github.com/milesial/Pytorch-UNet/pull/325
import torch
import torch.nn as nn


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, mid_channels=None):
        super().__init__()
        if not mid_channels:
            mid_channels = out_channels
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, mid_channels, kernel_size=3, padding=1),  # expect: TL201
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(mid_channels, out_channels, kernel_size=3, padding=1),  # expect: TL201
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x):
        return self.conv(self.pool(x))


class SmallUNet(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.inc = DoubleConv(channels, 16)
        self.down = Down(16, 32)
        self.up = nn.ConvTranspose2d(32, 16, kernel_size=2, stride=2)
        self.merge = DoubleConv(32, 16, 24)
        self.outc = nn.Conv2d(16, classes, kernel_size=1)

    def forward(self, x):
        skip = self.inc(x)
        y = self.up(self.down(skip))
        return self.outc(self.merge(torch.cat([skip, y], dim=1)))


if __name__ == "__main__":
    print(SmallUNet(3, 2)(torch.randn(2, 3, 16, 16)).shape)
