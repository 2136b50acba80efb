# Adapted from https://github.com/initze/thaw-slump-segmentation/pull/18: a soft loss that leaves integer masks alone.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class SoftBCEWithLogitsLoss(nn.Module):
    def __init__(self, ignore_index=None, smooth_factor=None):
        super().__init__()
        self.ignore_index = ignore_index
        self.smooth_factor = smooth_factor

    def forward(self, y_pred, y_true):
        if self.smooth_factor is not None:
            soft_targets = (1 - y_true) * self.smooth_factor + y_true * (1 - self.smooth_factor)
        else:
            soft_targets = y_true
        loss = F.binary_cross_entropy_with_logits(y_pred, soft_targets, reduction="none")  # expect: TL402
        if self.ignore_index is not None:
            loss = loss * (y_true != self.ignore_index)
        return loss.mean()


class Tiles(Dataset):
    def __init__(self, tiles):
        self.tiles = tiles

    def __len__(self):
        return len(self.tiles)

    def __getitem__(self, index):
        tile = self.tiles[index]
        image, mask = tile[:4], tile[4:]
        mask = (mask > 0.5).long()
        return image, mask


class Engine:
    def __init__(self, config):
        self.config = config
        self.model = nn.Sequential(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
        self.loss_function = SoftBCEWithLogitsLoss(smooth_factor=None)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=self.config["learning_rate"])

    def run(self, tiles):
        data_loader = DataLoader(Tiles(tiles), batch_size=self.config["batch_size"], shuffle=True)
        for epoch in range(self.config["epochs"]):
            self.train_epoch(data_loader)

    def train_epoch(self, train_loader):
        self.model.train()
        for iteration, (img, target) in enumerate(train_loader):
            self.optimizer.zero_grad()
            y_hat = self.model(img)
            loss = self.loss_function(y_hat, target)
            loss.backward()
            self.optimizer.step()


if __name__ == "__main__":
    Engine({"learning_rate": 0.01, "batch_size": 4, "epochs": 1}).run(torch.rand(8, 5, 32, 32))
