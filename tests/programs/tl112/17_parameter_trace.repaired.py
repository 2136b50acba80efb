# A learned temperature is followed through training.
import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(1))
        self.trace = []

    def forward(self, scores):
        scale = self.log_scale.exp()
        self.trace.append(scale.detach())
        return scores * scale
