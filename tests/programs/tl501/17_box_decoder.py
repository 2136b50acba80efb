# Anchor offsets are split off the last axis and listed per box.
import torch
from torch import nn


class BoxHead(nn.Module):
    def __init__(self, channels, anchors, classes):
        super().__init__()
        self.anchors = anchors
        self.classes = classes
        self.score = nn.Linear(channels, anchors * (4 + classes))

    def forward(self, tokens):
        batch, cells, channels = tokens.shape
        raw = self.score(tokens)
        raw = raw.view(batch, cells, self.anchors, 4 + self.classes)
        offsets = raw[..., :4]
        classes = raw[..., 4:]
        sizes = offsets.sigmoid()
        corners = offsets[..., :2]
        xy = corners.view(batch, cells * self.anchors * 2)  # expect: TL501
        return xy, sizes.reshape(batch, -1, 4), classes.reshape(batch, -1, self.classes)


if __name__ == "__main__":
    for part in BoxHead(8, 3, 5)(torch.randn(2, 7, 8)):
        print(part.shape)
