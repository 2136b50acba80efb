# A norm for each scale of a discriminator, multiplied
import torch.nn as nn
import torch.nn.functional as F


class Discriminator(nn.Module):
    def __init__(self, dim, scales):
        super().__init__()
        self.scales = scales
        self.convs = nn.ModuleList(
            [nn.Conv1d(1 if i == 0 else dim, dim, 15, stride=2, bias=False) for i in range(scales)]
        )
        norms = [nn.BatchNorm1d(dim) for _ in range(scales)]
        self.norms = nn.ModuleList(norms)
        self.out = nn.Conv1d(dim, 1, 3)

    def forward(self, x):
        maps = []
        for conv, norm in zip(self.convs, self.norms):
            x = conv(x)
            x = F.leaky_relu(norm(x), 0.2)
            maps.append(x)
        return self.out(x), maps
