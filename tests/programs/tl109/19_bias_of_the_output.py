# The bias of a detector's last layer is set from the share of positives.
import math

import torch
from torch import nn


class Detector(nn.Module):
    def __init__(self, channels, classes, prior=0.01):
        super().__init__()
        self.features = nn.Conv2d(channels, 256, 3, padding=1)
        self.scores = nn.Conv2d(256, classes, 1)
        value = -math.log((1 - prior) / prior)
        self.scores.bias = torch.full((classes,), value)  # expect: TL109

    def forward(self, x):
        return self.scores(torch.relu(self.features(x)))
