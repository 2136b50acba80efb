# The heads of a variational encoder are sized by its features, so they are made where the features are known.
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.latent = latent
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU()
        )

    def forward(self, x):
        h = self.features(x)
        h = torch.flatten(h, 1)
        to_mean = nn.Linear(h.size(1), self.latent).to(h.device)  # expect: TL105
        to_logvar = nn.Linear(h.size(1), self.latent).to(h.device)  # expect: TL105
        mean, logvar = to_mean(h), to_logvar(h)
        return self.sample(mean, logvar), mean, logvar

    def sample(self, mean, logvar):
        return mean + torch.randn_like(mean) * torch.exp(0.5 * logvar)
