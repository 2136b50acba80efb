# A learned scale that starts from a default tensor
import torch
import torch.nn as nn
import torch.nn.functional as F


class LearnedScale(nn.Module):
    def __init__(self, initial=torch.ones(1, 64, 1, 1)):  # expect: TL111
        super().__init__()
        self.scale = nn.Parameter(initial)

    def forward(self, x):
        return x * self.scale


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, padding=1)
        self.scale1 = LearnedScale()
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1)
        self.scale2 = LearnedScale()

    def forward(self, x):
        x = F.relu(self.scale1(self.conv1(x)))
        return self.scale2(self.conv2(x))
