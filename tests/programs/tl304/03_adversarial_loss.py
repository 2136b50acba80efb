# The losses of a GAN from raw scores of the discriminator: https://github.com/POSTECH-CVLab/PyTorch-StudioGAN/issues/67
import torch
from torch import nn

discriminator = nn.Sequential(nn.Linear(16, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
generator = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 16))


def discriminator_loss(real):
    fake = generator(torch.randn(len(real), 4)).detach()
    dis_out_real = discriminator(real)
    dis_out_fake = discriminator(fake)
    ones = torch.ones_like(dis_out_real, requires_grad=False)
    accepted = dis_out_real.sigmoid()
    refused = 1 - dis_out_fake.sigmoid()
    accuracy = ((accepted > 0.5).float().mean() + (refused > 0.5).float().mean()) / 2
    loss = -torch.mean(accepted.log() + refused.log())  # expect: TL304, TL304
    return loss, accuracy, ones


if __name__ == "__main__":
    print(discriminator_loss(100 * torch.randn(8, 16)))
