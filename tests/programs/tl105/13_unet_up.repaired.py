# The up path of a U-Net takes its channels from the tensors that it gets.
import torch
import torch.nn as nn


def double(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU())


class Up(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.act = nn.ReLU()
        self.up = nn.ConvTranspose2d(channels, channels // 2, 2, stride=2)
        self.convs = double(channels, channels // 2)

    def forward(self, x, skip):
        x = self.act(self.up(x))
        x = torch.cat([skip, x], dim=1)
        return self.convs(x)
