# "Why Discriminator Loss 0 is a failure mode?"; logits instead of a sigmoid repaired it for a reader:
# https://github.com/soumith/ganhacks/issues/36
import torch
from torch import nn


class Discriminator(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.main = nn.Sequential(nn.Linear(dim, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())

    def forward(self, x):
        return self.main(x).view(-1)


def main(real, noise):
    netD = Discriminator(real.shape[1])
    netG = nn.Sequential(nn.Linear(noise.shape[1], 16), nn.ReLU(), nn.Linear(16, real.shape[1]))
    optimizerD = torch.optim.Adam(netD.parameters(), lr=2e-4)
    optimizerG = torch.optim.Adam(netG.parameters(), lr=2e-4)
    for _ in range(3):
        optimizerD.zero_grad()
        fake = netG(noise)
        D_x = netD(real)
        D_G_z1 = netD(fake.detach())
        errD_real = torch.log(D_x)  # expect: TL304
        errD_fake = torch.log(1 - D_G_z1)  # expect: TL304
        errD = -(errD_real + errD_fake).mean()
        errD.backward()
        optimizerD.step()
        optimizerG.zero_grad()
        D_G_z2 = netD(fake)
        errG = -torch.log(D_G_z2).mean()  # expect: TL304
        errG.backward()
        optimizerG.step()
    return errD.item(), errG.item()


if __name__ == "__main__":
    print(main(torch.randn(8, 4), torch.randn(8, 3)))
