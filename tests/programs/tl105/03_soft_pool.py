# Convolutions made in forward, which no checkpoint holds: https://github.com/wangyida/softpool/issues/11
import torch
from torch import nn


class SortedPool(nn.Module):
    def __init__(self, regions=16, cabins=8, ratio=4):
        super().__init__()
        self.regions = regions
        self.cabins = cabins
        self.ratio = ratio

    def forward(self, x):
        batch, features, points = x.shape
        kept = points // self.ratio
        narrow = nn.Conv2d(features, features, kernel_size=(1, 3)).cuda()  # expect: TL105, TL110
        rest = nn.Conv2d(features, features, kernel_size=(1, self.cabins - 2)).cuda()  # expect: TL105, TL110
        order = x[:, : self.regions].argsort(dim=2, descending=True)[:, :, :kept]
        sorted_points = torch.stack(
            [x.gather(2, order[:, i : i + 1].expand(-1, features, -1)) for i in range(self.regions)], dim=2
        )
        cabins = sorted_points.view(batch, features, self.regions, self.cabins, -1).amax(dim=-1)
        cabins = narrow(cabins)
        return rest(cabins).squeeze(-1)
