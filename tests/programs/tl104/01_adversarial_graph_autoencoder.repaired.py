# An adversarial graph autoencoder keeps its discriminator before the base is initialised.
# https://github.com/pyg-team/pytorch_geometric/issues/681
import torch
from torch import nn


class GraphAutoencoder(nn.Module):
    def __init__(self, encoder, decoder=None):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def encode(self, x, adjacency):
        return adjacency @ self.encoder(x)


class Adversarial(GraphAutoencoder):
    def __init__(self, encoder, discriminator, decoder=None):
        super(Adversarial, self).__init__(encoder, decoder)
        self.discriminator = discriminator

    def regularise(self, z):
        real = self.discriminator(torch.randn_like(z))
        fake = self.discriminator(z.detach())
        return nn.functional.softplus(-real).mean() + nn.functional.softplus(fake).mean()


class Discriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.hidden = nn.Linear(channels, 2 * channels)
        self.out = nn.Linear(2 * channels, 1)

    def forward(self, z):
        return self.out(torch.relu(self.hidden(z)))


def main():
    features, adjacency = torch.randn(5, 8), torch.eye(5)
    encoder = nn.Linear(8, 4)
    judge = Discriminator(4)
    model = Adversarial(encoder, judge)
    z = model.encode(features, adjacency)
    return model.regularise(z)
