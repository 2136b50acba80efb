# A helper that forward calls keeps the norms of the features.
import torch
from torch import nn


class Embedder(nn.Module):
    def __init__(self, channels, dim):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3, padding=1)
        self.fc = nn.Linear(channels, dim)
        self.norms = []

    def forward(self, image):
        features = torch.relu(self.conv(image)).mean(dim=(2, 3))
        embedded = self.fc(features)
        norm = embedded.square().sum(dim=1).sqrt()
        self.observe(norm)
        return embedded / norm[:, None]

    def observe(self, norm):
        self.norms.append(norm.mean().detach())
