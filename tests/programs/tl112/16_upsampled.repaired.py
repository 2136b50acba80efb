# A decoder keeps its images.
import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(channels, channels // 2, 2, stride=2)
        self.out = nn.Conv2d(channels // 2, 3, 1)
        self.images = []

    def forward(self, code):
        x = torch.relu(self.up(code))
        image = torch.sigmoid(self.out(x))
        self.images.append(image.detach())
        return image
