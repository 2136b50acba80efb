# 3-D convolutions with normalisation in a segmentation network: https://github.com/ellisdg/3DUnetCNN/issues/218
from collections import OrderedDict

import torch
import torch.nn as nn


class ConvBlock(nn.Sequential):
    def __init__(self, in_channels, out_channels, strides=1):
        layers = OrderedDict()
        layers["conv"] = nn.Conv3d(in_channels, out_channels, kernel_size=3, stride=strides, padding=1)  # expect: TL201
        layers["norm"] = nn.BatchNorm3d(out_channels)
        layers["act"] = nn.ReLU(inplace=True)
        super().__init__(layers)


class VolumeUNet(nn.Module):
    def __init__(self, channels, labels, width=8):
        super().__init__()
        self.encode = ConvBlock(channels, width)
        self.reduce = ConvBlock(width, 2 * width, strides=2)
        self.upsample = nn.ConvTranspose3d(2 * width, width, kernel_size=2, stride=2)
        self.upsample_norm = nn.InstanceNorm3d(width)
        self.decode = ConvBlock(width, width)
        self.labels = nn.Conv3d(width, labels, kernel_size=1)

    def forward(self, volume):
        skip = self.encode(volume)
        deep = self.reduce(skip)
        up = self.upsample(deep)
        merged = torch.relu(up) + skip
        merged = self.upsample_norm(merged)
        return torch.sigmoid(self.labels(self.decode(merged)))


if __name__ == "__main__":
    print(VolumeUNet(2, 3)(torch.randn(1, 2, 8, 8, 8)).shape)
