# A generative adversarial network whose discriminator ends in nn.Sigmoid.
import torch
from torch import nn


class Discriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(3, channels, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(channels, channels * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(channels * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(channels * 2, 1, 8, 1, 0, bias=False),
        )

    def forward(self, images):
        return self.main(images).view(-1)


def train(netD, netG, images, noise, optimizerD, optimizerG):
    criterion = nn.BCEWithLogitsLoss()
    output = netD(images)
    label = torch.full_like(output, 1.0)
    errD_real = criterion(output, label)
    errD_real.backward()
    fake = netG(noise)
    output = netD(fake.detach())
    errD_fake = criterion(output, torch.zeros_like(output))
    errD_fake.backward()
    optimizerD.step()
    output = netD(fake)
    errG = criterion(output, label)
    errG.backward()
    optimizerG.step()


def main(netG, images, noise):
    netD = Discriminator(64)
    betas = (0.5, 0.999)
    optimizers = [torch.optim.Adam(one.parameters(), lr=2e-4, betas=betas) for one in (netD, netG)]
    train(netD, netG, images, noise, *optimizers)
