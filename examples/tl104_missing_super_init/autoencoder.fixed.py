"""An adversarial autoencoder.

The discriminator is set first, since the constructor of the base gets the two other networks.
"""

import torch
from torch import Tensor, nn


class Autoencoder(nn.Module):
    def __init__(self, encoder: nn.Module, decoder: nn.Module):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


class Adversarial(Autoencoder):
    def __init__(self, encoder: nn.Module, decoder: nn.Module, width: int):
        self.width = width
        super().__init__(encoder, decoder)
        self.discriminator = nn.Sequential(nn.Linear(width, 1), nn.Sigmoid())  # expect: TL104

    def realness(self, x: Tensor) -> Tensor:
        return self.discriminator(self.encoder(x))


def build(width: int) -> Adversarial:
    torch.manual_seed(0)
    discriminated = Adversarial(nn.Linear(6, width), nn.Linear(width, 6), width)
    return discriminated.eval()


def main():
    model = build(3)
    x = torch.linspace(-1, 1, 12).view(2, 6)
    return {"rebuilt": model(x), "realness": model.realness(x)}


def reference():
    torch.manual_seed(0)
    encoder, decoder = nn.Linear(6, 3), nn.Linear(3, 6)
    judge = nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())
    x = torch.linspace(-1, 1, 12).view(2, 6)
    return {"rebuilt": decoder(encoder(x)), "realness": judge(encoder(x))}
