# Low-rank adapters are kept by the name of the layer that they change.
import torch
from torch import nn


class Adapted(nn.Module):
    def __init__(self, base, rank=4):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down, self.up = {}, {}  # expect: TL103, TL103
        for name in ("query", "value"):
            self.down[name] = nn.Parameter(torch.randn(rank, 64))
            self.up[name] = nn.Parameter(torch.zeros(64, rank))

    def forward(self, x):
        query, value = self.base(x)
        query = query + x @ self.down["query"].t() @ self.up["query"].t()
        value = value + x @ self.down["value"].t() @ self.up["value"].t()
        return query, value
