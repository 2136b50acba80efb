# Adapted from https://github.com/NVIDIA/pix2pixHD/issues/9: a patch discriminator without a sigmoid meets nn.BCELoss.
import torch
import torch.nn as nn


class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width=64):
        super().__init__()
        sequence = [nn.Conv2d(channels, width, 4, 2, 2), nn.LeakyReLU(0.2, True)]
        sequence += [nn.Conv2d(width, width * 2, 4, 2, 2), nn.LeakyReLU(0.2, True)]
        sequence += [nn.Conv2d(width * 2, 1, 4, 1, 2)]
        self.model = nn.Sequential(*sequence)

    def forward(self, x):
        return self.model(x)


class GanLoss(nn.Module):
    def __init__(self, real=1.0, fake=0.0):
        super().__init__()
        self.real = real
        self.fake = fake
        self.loss = nn.BCELoss()

    def forward(self, prediction, is_real):
        value = self.real if is_real else self.fake
        target = torch.full_like(prediction, value)
        return self.loss(prediction, target)  # expect: TL405


def train(images, fakes):
    net = PatchDiscriminator(6)
    criterion = GanLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999))
    for image, fake in zip(images, fakes):
        loss = criterion(net(image), True) + criterion(net(fake.detach()), False)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
