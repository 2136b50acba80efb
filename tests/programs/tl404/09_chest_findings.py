# Fourteen findings in one image: a backbone's classifier is replaced by one that ends in a sigmoid.
import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, width, 7, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1))

    def forward(self, x):
        return self.features(x).flatten(1)


class ChestNet(nn.Module):
    def __init__(self, width, findings):
        super().__init__()
        self.backbone = Backbone(width)
        self.classifier = nn.Sequential(nn.Linear(width, findings), nn.Sigmoid())

    def forward(self, x):
        x = self.backbone(x)
        x = self.classifier(x)
        return x


class Trainer:
    def __init__(self, model, pos_weight):
        self.model = model
        self.loss = nn.BCEWithLogitsLoss(pos_weight=pos_weight)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)

    def run(self, loader, epochs):
        for _ in range(epochs):
            self.epoch(loader)

    def epoch(self, loader):
        for images, findings in loader:
            predictions = self.model(images)
            loss = self.loss(predictions, findings)  # expect: TL404
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


def main(loader, pos_weight):
    Trainer(ChestNet(64, 14), pos_weight).run(loader, 10)
