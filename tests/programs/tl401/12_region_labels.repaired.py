# Adapted from https://github.com/pytorch/pytorch/issues/1842: labels of regions, an IntTensor, in an R-CNN loss.
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def label_regions(overlaps, threshold):
    best = overlaps.max(axis=1)
    label = np.zeros(len(overlaps), dtype="int64")
    label[best >= threshold] = overlaps.argmax(axis=1)[best >= threshold] + 1
    return label


class RoIHead(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc = nn.Linear(4096, 1024)
        self.score = nn.Linear(1024, classes)
        self.box = nn.Linear(1024, classes * 4)

    def forward(self, pooled):
        hidden = F.relu(self.fc(pooled))
        return self.score(hidden), self.box(hidden)

    def build_loss(self, pooled, overlaps, box_targets):
        score, box = self(pooled)
        label = torch.from_numpy(label_regions(overlaps, 0.5))
        positive = label.gt(0)
        cross_entropy = F.cross_entropy(score, label)
        box_loss = F.smooth_l1_loss(box[positive], box_targets[positive], reduction="sum")
        return cross_entropy + 10.0 * box_loss / positive.sum().clamp(min=1)
