# Both convolutions of a VGG block keep a bias that its batch norms cancel: https://github.com/4uiiurz1/pytorch-nested-unet/issues/39
import torch
from torch import nn


class VGGBlock(nn.Module):
    def __init__(self, in_channels, middle_channels, out_channels):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(in_channels, middle_channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(middle_channels)
        self.conv2 = nn.Conv2d(middle_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)

        return out


class TinyNested(nn.Module):
    def __init__(self, num_classes, input_channels=3):
        super().__init__()
        widths = [8, 16]
        self.pool = nn.MaxPool2d(2, 2)
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv0_0 = VGGBlock(input_channels, widths[0], widths[0])
        self.conv1_0 = VGGBlock(widths[0], widths[1], widths[1])
        self.conv0_1 = VGGBlock(widths[0] + widths[1], widths[0], widths[0])
        self.final = nn.Conv2d(widths[0], num_classes, kernel_size=1)

    def forward(self, image):
        x0_0 = self.conv0_0(image)
        x1_0 = self.conv1_0(self.pool(x0_0))
        x0_1 = self.conv0_1(torch.cat([x0_0, self.up(x1_0)], 1))
        return self.final(x0_1)


if __name__ == "__main__":
    print(TinyNested(2)(torch.randn(2, 3, 16, 16)).shape)
