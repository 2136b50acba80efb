"""The discriminator ends in a sigmoid, the adversarial loss applies another. Repaired by hand, at the discriminator."""

import torch
from torch import nn


def discriminator(width):
    layers = [nn.Linear(2, width), nn.LeakyReLU(0.2), nn.Linear(width, 1)]
    layers.append(nn.Sigmoid())
    return nn.Sequential(*layers)


def step(net, real, fake, criterion, optimizer):
    ones, zeros = torch.ones(len(real), 1), torch.zeros(len(fake), 1)
    on_real = criterion(net(real), ones)  # expect: TL404
    on_fake = criterion(net(fake), zeros)  # expect: TL404
    loss = on_real + on_fake
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def main():
    net = discriminator(32)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    real, fake = torch.randn(64, 2) + 3, torch.randn(64, 2) - 3
    for _ in range(200):
        loss = step(net, real, fake, nn.BCEWithLogitsLoss(), optimizer)
    return {"loss": loss}
