# parameters() of the Sequential is empty, although its layer has a threshold: https://github.com/pytorch/pytorch/issues/39062
import torch
import torch.nn as nn


class Threshold(nn.Module):
    def __init__(self, channels):
        super().__init__()
        shape = (1, channels, 1, 1)
        self.threshold = nn.Parameter(torch.randn(shape)).to("cuda")  # expect: TL103, TL110

    def forward(self, x):
        return torch.where(x > self.threshold, x, torch.zeros_like(x))


def build(channels):
    model = nn.Sequential(Threshold(channels), Threshold(channels)).to("cuda")
    print(sum(parameter.numel() for parameter in model.parameters()))
    return model
