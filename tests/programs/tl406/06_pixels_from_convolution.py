# Adapted from https://github.com/pytorch/pytorch/pull/12703: a convolution straight into NLLLoss, in an example of the documentation.
import torch
from torch import nn


class Pixels(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv = nn.Conv2d(16, classes, (3, 3))

    def forward(self, data):
        return self.conv(data)


def main():
    N, C = 5, 4
    loss = nn.NLLLoss()
    model = Pixels(C)
    data = torch.randn(N, 16, 10, 10)
    target = torch.empty(N, 8, 8, dtype=torch.long).random_(0, C)
    scores = model(data)
    output = loss(scores, target)  # expect: TL406
    output.backward()
