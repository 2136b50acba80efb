# Side outputs at several scales: a list of probability maps, each with a loss.
import torch
import torch.nn.functional as F
from torch import nn


class SideOutputs(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, 1, 1)
        self.second = nn.Conv2d(channels, 1, 1)

    def forward(self, fine, coarse):
        a = self.first(fine)
        b = self.second(coarse)
        b = F.interpolate(b, scale_factor=2)
        return a, b


def loss_of(sides, target):
    fine, coarse = sides
    criterion = nn.BCEWithLogitsLoss()
    return criterion(fine, target) + 0.5 * criterion(coarse, target)


def train(loader):
    net = SideOutputs(32)
    optimizer = torch.optim.Adam(net.parameters())
    for fine, coarse, target in loader:
        sides = net(fine, coarse)
        loss = loss_of(sides, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
