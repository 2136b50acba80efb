# All pairs of channels are listed after a transpose: https://github.com/fl16180/small-object-detection/issues/2
import torch
from torch import nn


class SpatialCooccurrence(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels, 1)

    def pairs(self, channels):
        index = torch.arange(channels)
        first = index.unsqueeze(0).expand(channels, channels)
        second = index.unsqueeze(1).expand(channels, channels)
        channel_pairs = torch.stack((first, second), dim=0)
        channel_pairs = channel_pairs.permute(2, 1, 0)
        return channel_pairs.view(-1, 2)  # expect: TL501

    def forward(self, x):
        x = self.reduce(x).relu()
        pairs = self.pairs(x.shape[1])
        left, right = x[:, pairs[:, 0]], x[:, pairs[:, 1]]
        return (left * right).amax(dim=(2, 3))


if __name__ == "__main__":
    print(SpatialCooccurrence(4)(torch.randn(2, 4, 6, 6)).shape)
