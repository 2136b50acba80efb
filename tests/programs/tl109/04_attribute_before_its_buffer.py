# The buffer's name is an attribute's already: https://github.com/pytorch/pytorch/issues/3232
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.blah = torch.zeros(10, 10)
        print(list(self.named_buffers()))
        self.register_buffer("blah", self.blah.data)  # expect: TL109

    def forward(self, x):
        return x @ self.blah
