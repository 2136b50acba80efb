# Its loop over the modules fails as soon as a convolution has no bias: https://github.com/qianguih/RSNet/issues/19
import torch
import torch.nn as nn


class SliceNet(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv_1 = nn.Conv2d(channels, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
        self.bn_1 = nn.BatchNorm2d(64)
        self.conv_2 = nn.Conv2d(64, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
        self.bn_2 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.conv_3 = nn.Conv2d(64, classes, kernel_size=(1, 1), stride=(1, 1))
        self._initialize_weights()

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                n = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
                m.weight.data.normal_(0, (2.0 / n) ** 0.5)
                if m.bias is not None:
                    m.bias.data.zero_()
            elif isinstance(m, nn.BatchNorm2d):
                m.weight.data.fill_(1)
                m.bias.data.zero_()

    def forward(self, points):
        x = self.conv_1(points)
        x = self.relu(self.bn_1(x))
        x = self.conv_2(x)
        x = self.relu(self.bn_2(x))
        return self.conv_3(x)


if __name__ == "__main__":
    print(SliceNet(9, 13)(torch.randn(2, 9, 1, 40)).shape)
