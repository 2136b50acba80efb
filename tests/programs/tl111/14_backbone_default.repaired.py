# Two models that are compared have one backbone
import torch
import torch.nn as nn
import torch.nn.functional as F


def backbone(dim):
    return nn.Sequential(nn.Conv2d(3, dim, 7, 2, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Classifier(nn.Module):
    def __init__(self, classes, encoder=None):
        super().__init__()
        self.encoder = backbone(64) if encoder is None else encoder
        self.head = nn.Linear(64, classes)

    def forward(self, x):
        return self.head(self.encoder(x))


def compare(loader):
    slow, fast = Classifier(10), Classifier(10)
    for model, lr in ((slow, 1e-4), (fast, 1e-2)):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return slow, fast
