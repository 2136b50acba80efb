# A segmentation network; the loss adds a Dice term, which needs the probabilities, to one that doesn't.
import torch
import torch.nn as nn


class Decoder(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(channels, channels // 2, 2, stride=2)
        self.conv = nn.Conv2d(channels // 2, 1, 1)

    def forward(self, x):
        x = torch.relu(self.up(x))
        mask = self.conv(x)
        return torch.sigmoid(mask)


class DiceBce(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCELoss()

    def forward(self, inputs, targets, smooth=1.0):
        inputs = inputs.view(-1)
        targets = targets.view(-1)
        intersection = (inputs * targets).sum()
        dice = 1 - (2.0 * intersection + smooth) / (inputs.sum() + targets.sum() + smooth)
        return self.bce(inputs, targets) + dice


def main(loader):
    model = Decoder(64)
    loss_fn = DiceBce()
    optimizer = torch.optim.AdamW(model.parameters())
    for images, masks in loader:
        predicted = model(images)
        loss = loss_fn(predicted, masks)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
