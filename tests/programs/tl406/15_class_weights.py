# The weights of rare classes are given to a loss that gets scores.
import torch
from torch import nn


def network(width, classes):
    body = nn.Sequential(nn.Linear(width, 100, bias=False), nn.BatchNorm1d(100, affine=False), nn.ReLU())
    head = nn.Linear(100, classes)
    return nn.Sequential(body, head)


def weighted(counts):
    weight = counts.sum() / counts.float()
    return nn.NLLLoss(weight=weight)


def main(loader, counts):
    model = network(30, len(counts))
    criterion = weighted(counts)
    optimizer = torch.optim.Adam(model.parameters())
    for x, y in loader:
        output = model(x)
        loss = criterion(output, y)  # expect: TL406
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
