# Adapted from https://github.com/lopuhin/kaggle-imet-2019/issues/3, where somebody asks whether a sigmoid belongs there.
import torch
from torch import nn


def one_epoch(model, criterion, loader, optimizer):
    losses = []
    for inputs, targets in loader:
        outputs = model(inputs)
        outputs = torch.sigmoid(outputs)
        batch_size = inputs.size(0)
        loss = criterion(outputs, targets)  # expect: TL404
        (batch_size * loss).backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def main(backbone, loader):
    criterion = nn.BCEWithLogitsLoss(reduction="mean")
    optimizer = torch.optim.Adam(backbone.parameters(), lr=1e-4)
    for _ in range(30):
        one_epoch(backbone, criterion, loader, optimizer)
