# Convolutions along strips of an image, each normalised: https://github.com/houqb/SPNet/pull/11
import torch
import torch.nn as nn
import torch.nn.functional as F


class StripPooling(nn.Module):
    def __init__(self, in_channels, norm_options):
        super().__init__()
        inter = in_channels // 4
        self.pool_rows = nn.AdaptiveAvgPool2d((1, None))
        self.pool_columns = nn.AdaptiveAvgPool2d((None, 1))
        self.reduce = nn.Sequential(
            nn.Conv2d(in_channels, inter, 1),  # expect: TL201
            nn.BatchNorm2d(inter),
            nn.ReLU(True),
        )
        self.rows = nn.Sequential(nn.Conv2d(inter, inter, (1, 3), 1, (0, 1)), nn.BatchNorm2d(inter))  # expect: TL201
        self.columns = nn.Sequential(nn.Conv2d(inter, inter, (3, 1), 1, (1, 0)), nn.BatchNorm2d(inter))  # expect: TL201
        self.expand = nn.Conv2d(inter, in_channels, 1)  # expect: TL201
        self.norm = nn.SyncBatchNorm(in_channels, **norm_options)

    def forward(self, x):
        height, width = x.shape[-2:]
        y = self.reduce(x)
        rows = F.interpolate(self.rows(self.pool_rows(y)), (height, width), mode="bilinear")
        columns = F.interpolate(self.columns(self.pool_columns(y)), (height, width), mode="bilinear")
        y = F.relu(rows + columns)
        y = self.expand(y)
        y = self.norm(y)
        return F.relu(x + y)


def build(channels):
    return StripPooling(channels, {"eps": 1e-3, "momentum": 0.01})
