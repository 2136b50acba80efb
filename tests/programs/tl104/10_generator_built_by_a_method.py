# The layers of a generator are made by a method that the constructor calls too early.
import torch
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent, channels):
        self.latent = latent
        self.build(channels)
        super().__init__()

    def build(self, channels):
        widths = (channels * 4, channels * 2, channels)
        self.project = nn.Linear(self.latent, widths[0] * 16)  # expect: TL104
        layers = []
        for before, after in zip(widths, widths[1:]):
            layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Conv2d(channels, 3, 3, padding=1), nn.Tanh())

    def forward(self, z):
        x = self.project(z).view(z.shape[0], -1, 4, 4)
        return self.layers(x)


def sample(count):
    generator = Generator(32, 8)
    generator.eval()
    return generator(torch.randn(count, 32))
