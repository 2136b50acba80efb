# A buffer is registered under the name of a property of the model: https://github.com/pytorch/pytorch/issues/1874
import torch
from torch import nn


class Counter(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, size)
        self.register_buffer("foo", torch.tensor([0.0]))

    def forward(self, x):
        return self.linear(x) + self.foo
