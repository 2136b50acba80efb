# One head for each scale of a pyramid, made in a loop over the scales.
import torch
from torch import nn


class Heads(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def forward(self, pyramid: list[torch.Tensor]):
        scores, boxes = [], []
        for level in pyramid:
            head = nn.Conv2d(level.shape[1], self.classes + 4, 1)  # expect: TL105
            out = head(level).flatten(2)
            scores.append(out[:, : self.classes])
            boxes.append(out[:, self.classes :])
        return torch.cat(scores, dim=2), torch.cat(boxes, dim=2)
