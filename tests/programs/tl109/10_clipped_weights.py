# A critic's weights are clipped after each step.
import torch
from torch import nn


class Critic(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.first = nn.Linear(dim, 64)
        self.last = nn.Linear(64, 1)

    def clip(self, limit=0.01):
        with torch.no_grad():
            self.first.weight = self.first.weight.clamp(-limit, limit)  # expect: TL109
            self.last.weight = torch.clamp(self.last.weight, -limit, limit)  # expect: TL109

    def forward(self, x):
        return self.last(torch.relu(self.first(x)))
