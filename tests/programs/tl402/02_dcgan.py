# Adapted from https://github.com/pytorch/pytorch/issues/45373: the DCGAN tutorial's labels are ints on newer versions.
import torch
import torch.nn as nn
import torch.optim as optim

nz, nc, ngf = 100, 3, 64
netD = nn.Sequential(
    nn.Conv2d(nc, 64, 4, 2, 1, bias=False),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(64, 1, 32, 1, 0, bias=False),
    nn.Sigmoid(),
)
netG = nn.Sequential(nn.ConvTranspose2d(nz, ngf, 4, 1, 0), nn.ReLU(True), nn.ConvTranspose2d(ngf, nc, 16, 16), nn.Tanh())
criterion = nn.BCELoss()
real_label = 1
fake_label = 0
optimizerD = optim.Adam(netD.parameters(), lr=0.0002, betas=(0.5, 0.999))


def train(dataloader, device):
    for i, data in enumerate(dataloader, 0):
        netD.zero_grad()
        real_cpu = data[0].to(device)
        b_size = real_cpu.size(0)
        label = torch.full((b_size,), real_label, device=device)
        output = netD(real_cpu).view(-1)
        errD_real = criterion(output, label)  # expect: TL402
        errD_real.backward()
        noise = torch.randn(b_size, nz, 1, 1, device=device)
        fake = netG(noise)
        label.fill_(fake_label)
        output = netD(fake.detach()).view(-1)
        errD_fake = criterion(output, label)  # expect: TL402
        errD_fake.backward()
        optimizerD.step()
