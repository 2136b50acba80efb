# A skeleton network applies DropGraph to a permuted tensor: https://github.com/kchengiva/DecoupleGCN-DropGraph/pull/8
import torch
from torch import nn


class GraphUnit(nn.Module):
    """Features of joints over time: (samples, channels, frames, joints)."""

    def __init__(self, channels, joints, groups):
        super().__init__()
        self.groups = groups
        self.adjacency = nn.Parameter(torch.rand(groups, joints, joints))
        self.weight = nn.Linear(channels, channels)
        self.norm = nn.BatchNorm1d(channels * joints)

    def forward(self, x):
        n, c, t, v = x.size()
        x = self.weight(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = x.reshape(n, self.groups, c // self.groups, t, v)
        mixed = torch.einsum("ngctv,gvw->ngctw", x, self.adjacency)
        mixed = mixed.reshape(n, c, t, v)
        by_joint = mixed.permute(0, 1, 3, 2)
        energy = by_joint.abs()
        scaled = by_joint * energy
        out = self.norm(scaled.view(n, c * v, t))  # expect: TL501
        return out.view(n, c, v, t).permute(0, 1, 3, 2)


if __name__ == "__main__":
    unit = GraphUnit(4, 5, 2)
    print(unit(torch.randn(3, 4, 6, 5)).shape)
