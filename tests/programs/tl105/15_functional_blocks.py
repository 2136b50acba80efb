# A model in the style of a functional interface: its blocks are functions that make their layers.
import torch
from torch import nn


def conv(x, outputs, stride=1):
    layer = nn.Conv2d(x.shape[1], outputs, 3, stride=stride, padding=1, bias=False)  # expect: TL105
    norm = nn.BatchNorm2d(outputs)  # expect: TL105
    return torch.relu(norm(layer(x)))


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = conv(x, 32)
        x = conv(x, 64, stride=2)
        return self.fc(x.mean(dim=(2, 3)))
