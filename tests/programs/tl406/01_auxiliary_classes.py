# Adapted from https://github.com/clvrai/ACGAN-PyTorch/pull/4: a discriminator whose auxiliary classes end in nn.Softmax.
import torch
import torch.nn as nn


class Discriminator(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.LeakyReLU(0.2), nn.AdaptiveAvgPool2d(4))
        self.fc_dis = nn.Linear(256, 1)
        self.fc_aux = nn.Linear(256, classes)
        self.softmax = nn.Softmax(dim=1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, input):
        flat = self.conv(input).view(-1, 256)
        fc_dis = self.fc_dis(flat)
        fc_aux = self.fc_aux(flat)
        classes = self.softmax(fc_aux)
        realfake = self.sigmoid(fc_dis).view(-1, 1).squeeze(1)
        return realfake, classes


def main(loader):
    netD = Discriminator(10)
    dis_criterion = nn.BCELoss()
    aux_criterion = nn.NLLLoss()
    optimizerD = torch.optim.Adam(netD.parameters(), lr=2e-4)
    for image, label in loader:
        dis_output, aux_output = netD(image)
        dis_errD_real = dis_criterion(dis_output, torch.ones_like(dis_output))
        aux_errD_real = aux_criterion(aux_output, label)  # expect: TL406
        optimizerD.zero_grad()
        (dis_errD_real + aux_errD_real).backward()
        optimizerD.step()
