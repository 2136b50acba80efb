# Scores of several crops are stacked and averaged over by the loss.
import torch
from torch import nn


class Crop(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.fc = nn.Linear(8, 1)

    def forward(self, x):
        return self.fc(self.features(x))


def crops_loss(net, crops, label):
    loss_fn = nn.BCELoss()
    outputs = [net(crops[0]), net(crops[1]), net(crops[2])]
    stacked = torch.stack(outputs).sigmoid()
    targets = label.float().view(1, -1, 1).expand(3, -1, -1)
    return loss_fn(stacked, targets)


def main(loader):
    net = Crop()
    optimizer = torch.optim.Adam(net.parameters())
    for crops, label in loader:
        loss = crops_loss(net, crops, label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
