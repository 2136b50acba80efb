# A block that a loop appends; tracing complains about shared parameters: https://github.com/pytorch/pytorch/issues/22680
import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBlock(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(cout)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Net(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.stem = ConvBlock(3, 64)
        layers = nn.Sequential()
        block = ConvBlock(64, 64)
        for _ in range(depth):
            layers.append(block)  # expect: TL111
        self.layers = layers
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layers(self.stem(x))
        return self.head(x.mean((2, 3)))


def export(path):
    net = Net(5).eval()
    torch.jit.trace(net, torch.randn(1, 3, 32, 32)).save(path)
