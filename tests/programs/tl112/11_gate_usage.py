# A mixture of experts counts how much each expert is used, with the graph of the gate.
import torch
from torch import nn


class Mixture(nn.Module):
    def __init__(self, dim, experts):
        super().__init__()
        self.gate = nn.Linear(dim, experts)
        self.experts = nn.ModuleList(nn.Linear(dim, dim) for _ in range(experts))
        self.usage = 0

    def forward(self, x):
        weights = torch.softmax(self.gate(x), dim=-1)
        if self.training:
            self.usage += weights.mean(dim=0)  # expect: TL112
        outputs = torch.stack([expert(x) for expert in self.experts], dim=-1)
        return (outputs * weights.unsqueeze(-2)).sum(dim=-1)
