# Adapted from https://github.com/AKASHKADEL/dcgan-mnist/pull/2: integer constants label real and fake digits.
import argparse

import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--num_epochs", type=int, default=1)
parser.add_argument("--batch_size", type=int, default=16)
parser.add_argument("--nz", type=int, default=10)
opt = parser.parse_args([])

netG = nn.Sequential(nn.ConvTranspose2d(opt.nz, 8, 7), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 4), nn.Tanh())
netD = nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 14), nn.Sigmoid())
dataloader = DataLoader(TensorDataset(torch.rand(32, 1, 28, 28), torch.zeros(32)), batch_size=opt.batch_size)

device = torch.device("cpu")
criterion = nn.BCELoss()
optimizerD = optim.Adam(netD.parameters(), lr=0.0002, betas=(0.5, 0.999))
optimizerG = optim.Adam(netG.parameters(), lr=0.0002, betas=(0.5, 0.999))
real_label = 1
fake_label = 0

for epoch in range(opt.num_epochs):
    for i, (data, _) in enumerate(dataloader):
        bs = data.shape[0]
        netD.zero_grad()
        real_images = data.to(device)
        label = torch.full((bs,), real_label, device=device)
        output = netD(real_images).view(-1)
        lossD_real = criterion(output, label)  # expect: TL402
        lossD_real.backward()
        noise = torch.randn(bs, opt.nz, 1, 1, device=device)
        fake_images = netG(noise)
        label.fill_(fake_label)
        output = netD(fake_images.detach()).view(-1)
        lossD_fake = criterion(output, label)  # expect: TL402
        lossD_fake.backward()
        optimizerD.step()
        netG.zero_grad()
        label.fill_(real_label)
        output = netD(fake_images).view(-1)
        lossG = criterion(output, label)  # expect: TL402
        lossG.backward()
        optimizerG.step()
