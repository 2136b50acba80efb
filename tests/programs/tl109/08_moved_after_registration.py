# It works on the CPU, and raises on the GPU.
import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim, device):
        super().__init__()
        self.device = device
        self.query = nn.Parameter(torch.randn(dim))
        self.key = nn.Linear(dim, dim)
        self.query = self.query.to(self.device)  # expect: TL109

    def forward(self, x):
        scores = self.key(x) @ self.query
        return (scores.softmax(dim=1)[..., None] * x).sum(dim=1)
