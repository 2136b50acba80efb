"""A small U-Net for segmentation, adapted from https://github.com/milesial/Pytorch-UNet/pull/325.

Each batch norm subtracts the mean of every channel, and with it whatever bias the convolution in front had added.
"""

import torch
import torch.nn.functional as F
from torch import nn


def conv3x3(inputs, outputs):
    return nn.Conv2d(inputs, outputs, kernel_size=3, padding=1)  # expect: TL201


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = conv3x3(inputs, outputs)
        self.conv2 = conv3x3(outputs, outputs)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(self.norm1(x))
        x = self.conv2(x)
        return F.relu(self.norm2(x))


class UNet(nn.Module):
    def __init__(self, channels, classes, width=8):
        super().__init__()
        self.encode = DoubleConv(channels, width)
        self.down = nn.Sequential(nn.MaxPool2d(2), DoubleConv(width, 2 * width))
        self.up = nn.Sequential(
            nn.ConvTranspose2d(2 * width, width, kernel_size=2, stride=2, bias=True),  # expect: TL201
            nn.BatchNorm2d(width),
        )
        self.decode = DoubleConv(2 * width, width)
        self.classify = nn.Conv2d(width, classes, kernel_size=1)

    def forward(self, image):
        skip = self.encode(image)
        deep = self.up(self.down(skip))
        return self.classify(self.decode(torch.cat([skip, deep], dim=1)))


def main():
    images = torch.randn(4, 3, 16, 16)
    masks = torch.randint(0, 5, (4, 16, 16))
    model = UNet(3, 5)
    loss = F.cross_entropy(model(images), masks)
    loss.backward()
    return {"model": model, "images": images}
