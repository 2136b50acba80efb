# Pixels as rows: channels are moved last, then flattened: https://github.com/facebookresearch/SparseConvNet/issues/220
import torch
from torch import nn


class DenseToRows(nn.Module):
    """The features of all active pixels, and where they are."""

    def __init__(self, dimension):
        super().__init__()
        self.dimension = dimension

    def forward(self, input):
        active = input.abs().sum(1)
        locations = active.nonzero()
        features = input.permute(0, 2, 3, 1)
        order = locations[:, 0] * active.shape[1] + locations[:, 1]
        order = order * active.shape[2] + locations[:, 2]
        rows = features.reshape(-1, input.size(1))
        return locations, rows.index_select(0, order)


class Net(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.rows = DenseToRows(2)
        self.head = nn.Linear(channels, classes)

    def forward(self, images):
        locations, features = self.rows(images)
        return locations, self.head(features)


if __name__ == "__main__":
    where, scores = Net(3, 5)(torch.randn(2, 3, 4, 6))
    print(where.shape, scores.shape)
