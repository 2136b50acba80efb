# The scores are turned back to float32 for the loss, which doesn't make them probabilities.
import torch
from torch import nn


class Small(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 1))

    def forward(self, x):
        return self.net(x)


def train(loader, width):
    model = Small(width).half().cuda()
    criterion = nn.BCELoss()
    for x, y in loader:
        out = model(x.half().cuda())
        out = out.float().cpu()
        out = out.squeeze(1)
        loss = criterion(out, y.float())  # expect: TL405
        loss.backward()
