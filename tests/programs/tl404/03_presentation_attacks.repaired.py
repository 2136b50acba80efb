# Adapted from https://github.com/meilfang/LMFD-PAD/pull/1: a weighted focal loss of a branch that ends in a sigmoid.
import torch
import torch.nn as nn
import torch.nn.functional as F


class WeightedFocalLoss(nn.Module):
    def __init__(self, weights, gamma=1.1):
        super().__init__()
        self.weights = weights
        self.gamma = gamma

    def forward(self, inputs, targets):
        inputs = inputs.squeeze()
        targets = targets.squeeze()
        bce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        pt = torch.exp(-bce)
        return (self.weights.gather(0, targets.long()) * (1 - pt) ** self.gamma * bce).mean()


class Branch(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, 16, 3, padding=1)
        self.map = nn.Conv2d(16, 1, 1)
        self.fc = nn.Linear(14 * 14, 1)

    def forward(self, features):
        x = F.relu(self.conv(features))
        spoof_map = torch.sigmoid(self.map(x))
        out = self.fc(spoof_map.flatten(1))
        return out, spoof_map


def train_epoch(model, batches, optimizer, weights):
    classification = WeightedFocalLoss(weights)
    regression = nn.SmoothL1Loss()
    for features, labels, maps in batches:
        output, out_map = model(features)
        loss = classification(output, labels.float()) + regression(out_map, maps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main(batches, weights):
    model = nn.DataParallel(Branch(64))
    train_epoch(model, batches, torch.optim.Adam(model.parameters()), weights)
