# An autoencoder of digits whose decoder ends in tanh, while the pixels lie between 0 and 1.
import torch
from torch import nn
from torch.nn import functional as F


class Autoencoder(nn.Module):
    def __init__(self, size, code):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, code))
        self.decoder = nn.Sequential(nn.Linear(code, 128), nn.ReLU(), nn.Linear(128, size), nn.Tanh())

    def forward(self, x):
        code = self.encoder(x)
        return self.decoder(code), code


def train(loader):
    model = Autoencoder(784, 16)
    optimizer = torch.optim.Adam(model.parameters())
    for images, _ in loader:
        images = images.view(images.size(0), -1)
        restored, _ = model(images)
        loss = F.binary_cross_entropy(restored, images, reduction="sum")  # expect: TL405
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
