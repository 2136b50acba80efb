# The heads of a variational encoder are sized by its features, so they are made where the features are known.
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, latent, size):
        super().__init__()
        self.latent = latent
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU()
        )
        width = 32 * (size // 4) ** 2
        self.mean = nn.Linear(width, latent)
        self.logvar = nn.Linear(width, latent)

    def forward(self, x):
        h = self.features(x)
        h = torch.flatten(h, 1)
        mean, logvar = self.mean(h), self.logvar(h)
        return self.sample(mean, logvar), mean, logvar

    def sample(self, mean, logvar):
        return mean + torch.randn_like(mean) * torch.exp(0.5 * logvar)
