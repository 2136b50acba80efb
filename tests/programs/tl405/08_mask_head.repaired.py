# A convolution gives the mask, an upsampling comes after it is cropped.
import torch
from torch import nn


class MaskNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.head = nn.Conv2d(16, 1, kernel_size=1)

    def forward(self, x):
        x = self.body(x)
        mask = self.head(x)
        return mask[:, :, 1:-1, 1:-1].sigmoid()


def epoch(model, loader, criterion, optimizer):
    for images, masks in loader:
        predicted = model(images)
        loss = criterion(predicted, masks)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main(loader):
    model = MaskNet().cuda()
    epoch(model, loader, nn.BCELoss().cuda(), torch.optim.SGD(model.parameters(), lr=0.1))
