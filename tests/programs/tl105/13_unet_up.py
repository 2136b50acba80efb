# The up path of a U-Net takes its channels from the tensors that it gets.
import torch
import torch.nn as nn


def double(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU())


class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x, skip):
        channels = x.shape[1]
        up = nn.ConvTranspose2d(channels, channels // 2, 2, stride=2)  # expect: TL105
        x = self.act(up(x))
        x = torch.cat([skip, x], dim=1)
        convs = double(channels, channels // 2)  # expect: TL105
        return convs(x)
