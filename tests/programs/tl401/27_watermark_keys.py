# Adapted from https://github.com/dnn-security/Watermark-Robustness-Toolbox/issues/2: floats label a watermark's images.
from itertools import cycle

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class ContentWatermark:
    def __init__(self, classifier, target_class, keylength):
        self.classifier = classifier
        self.target_class = target_class
        self.keylength = keylength
        self.loss = nn.CrossEntropyLoss()

    def keygen(self, images):
        x_wm = images[: self.keylength].clone()
        x_wm[:, :, -6:, -6:] = 1.0
        y_wm = torch.ones(x_wm.shape[0]) * self.target_class
        return x_wm, y_wm

    def batch_loss(self, x, y):
        outputs = self.classifier(x)
        loss = self.loss(outputs, y)  # expect: TL401
        accuracy = (outputs.argmax(dim=1) == y).float().mean()
        return loss, accuracy

    def embed(self, train_loader, x_wm, y_wm, optimizer, batch_size=8):
        wm_loader = cycle(DataLoader(TensorDataset(x_wm, y_wm), batch_size=batch_size))
        for x, y in train_loader:
            x_key, y_key = next(wm_loader)
            optimizer.zero_grad()
            loss, _ = self.batch_loss(x, y)
            loss_wm, acc_wm = self.batch_loss(x_key, y_key)
            (loss + loss_wm).backward()
            optimizer.step()


def main():
    images, labels = torch.rand(64, 3, 32, 32), torch.randint(0, 10, (64,))
    net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
    train_loader = DataLoader(TensorDataset(images, labels), batch_size=16, shuffle=True)
    defense = ContentWatermark(net, target_class=6, keylength=20)
    x_wm, y_wm = defense.keygen(images)
    defense.embed(train_loader, x_wm, y_wm, torch.optim.SGD(net.parameters(), lr=0.01))


if __name__ == "__main__":
    main()
