"""Segmentation: the masks are read as floats, together with the images, and one target is a one-hot map of integers."""

import torch
import torch.nn.functional as F
from torch import nn


def scene(count, classes):
    images = torch.randn(count, 3, 16, 16)
    masks = images.mean(dim=1).mul(3).clamp(0, classes - 1).round()
    return images, masks


class Segmenter(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(8, classes, 1)

    def forward(self, images):
        return self.head(self.features(images))


def main():
    images, masks = scene(4, 5)
    model = Segmenter(5)
    scores = model(images)
    share = (masks > 0).float().mean()
    loss = F.cross_entropy(scores, masks)  # expect: TL401
    loss.backward()
    return {"loss": loss, "share": share}


def one_hot():
    images, masks = scene(4, 5)
    model = Segmenter(5)
    scores = model(images)
    hot = F.one_hot(masks.long(), 5)
    target = hot.permute(0, 3, 1, 2)
    loss = nn.CrossEntropyLoss()(scores, target)  # expect: TL401
    assert torch.allclose(loss, F.cross_entropy(scores, masks.long()))
    return {"loss": loss}
