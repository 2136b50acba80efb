"""The discriminator's half of a GAN. Its labels are filled with the integers 1 and 0.

Adapted from a report about a well-known tutorial's code on newer versions of torch:
https://github.com/pytorch/pytorch/issues/45373
"""

import torch
from torch import nn

REAL_LABEL = 1
FAKE_LABEL = 0


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 8, 4, stride=2), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 7))

    def forward(self, images):
        return torch.sigmoid(self.body(images)).flatten()


def train_discriminator(discriminator, real, fake):
    criterion = nn.BCELoss()
    label = torch.full((real.size(0),), REAL_LABEL)
    discriminator.zero_grad()
    output = discriminator(real)
    loss_real = criterion(output, label)  # expect: TL402
    loss_real.backward()
    confidence = output.mean()
    label.fill_(FAKE_LABEL)
    output = discriminator(fake.detach())
    loss_fake = criterion(output, label)  # expect: TL402
    loss_fake.backward()
    return loss_real + loss_fake, confidence


def main():
    real = torch.randn(4, 1, 16, 16)
    fake = torch.rand(4, 1, 16, 16)
    loss, confidence = train_discriminator(Discriminator(), real, fake)
    return {"loss": loss, "confidence": confidence}
