"""A discriminator step of a GAN. The targets for real and generated images are filled with the integer labels 1 and 0.

torch.full takes its dtype from the number it is given, so the target is int64; the binary losses want floats.
"""

import torch
import torch.nn.functional as F
from torch import nn

REAL, FAKE = 1, 0


def discriminator_loss(discriminator, real, fake):
    batch = real.shape[0]
    label = torch.full((batch,), REAL)
    score = discriminator(real).view(-1)
    loss = F.binary_cross_entropy_with_logits(score, label.to(score.dtype))  # expect: TL402
    label = torch.full((batch,), FAKE)
    score = discriminator(fake).view(-1)
    return loss + F.binary_cross_entropy_with_logits(score, label.to(score.dtype))  # expect: TL402


def setting():
    discriminator = nn.Sequential(nn.Linear(6, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1))
    return discriminator, torch.randn(5, 6), torch.randn(5, 6)


def main():
    discriminator, real, fake = setting()
    return {"loss": discriminator_loss(discriminator, real, fake)}


def by_softplus():
    discriminator, real, fake = setting()
    return {"loss": F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()}
