# Momentum contrast: the pointer into the queue is a buffer, and a number is assigned to it.
import torch
from torch import nn
from torch.nn import functional as F


class Queue(nn.Module):
    def __init__(self, dim, size):
        super().__init__()
        self.size = size
        self.register_buffer("keys", F.normalize(torch.randn(size, dim), dim=1))
        self.register_buffer("pointer", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def push(self, keys):
        start = int(self.pointer)
        self.keys[start : start + len(keys)] = keys
        if start + len(keys) >= self.size:
            self.pointer = 0  # expect: TL109
        else:
            self.pointer += len(keys)

    def forward(self, queries):
        return queries @ self.keys.t()
