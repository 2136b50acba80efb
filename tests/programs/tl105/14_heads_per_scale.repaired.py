# One head for each scale of a pyramid, made in a loop over the scales.
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.classes = classes
        self.heads = nn.ModuleList(nn.Conv2d(each, classes + 4, 1) for each in channels)

    def forward(self, pyramid: list[torch.Tensor]):
        scores, boxes = [], []
        for level, head in zip(pyramid, self.heads):
            out = head(level).flatten(2)
            scores.append(out[:, : self.classes])
            boxes.append(out[:, self.classes :])
        return torch.cat(scores, dim=2), torch.cat(boxes, dim=2)
