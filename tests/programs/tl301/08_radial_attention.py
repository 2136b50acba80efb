# "fix overflow in softmax in attention", of an attention between atoms: https://github.com/prescient-design/e3tools/pull/3
import math

import torch
from torch import nn


class RadialAttention(nn.Module):
    def __init__(self, dim, basis=8, cutoff=5.0):
        super().__init__()
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.radial = nn.Sequential(nn.Linear(basis, dim), nn.SiLU(), nn.Linear(dim, 1))
        self.register_buffer("centres", torch.linspace(0, cutoff, basis))

    def forward(self, nodes, positions):
        distance = torch.cdist(positions, positions)
        smeared = torch.exp(-((distance.unsqueeze(-1) - self.centres) ** 2))
        bias = self.radial(smeared).squeeze(-1)
        q, k, v = self.query(nodes), self.key(nodes), self.value(nodes)
        logits = q @ k.T / math.sqrt(q.shape[-1]) + bias
        numerator = torch.exp(logits)
        weighted = numerator @ v
        z = torch.sum(numerator, dim=-1)
        attention = numerator / z[:, None]  # expect: TL301
        return attention @ v, weighted.shape


if __name__ == "__main__":
    print(RadialAttention(16)(torch.randn(7, 16), torch.randn(7, 3))[0].shape)
