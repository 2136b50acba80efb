# A linear layer with a buffer, whose last statement but one is the constructor of the base.
# https://github.com/pytorch/pytorch/pull/16110
import math

import torch
from torch.nn import Module
from torch.nn import functional as F
from torch.nn.parameter import Parameter


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.register_buffer("seen", torch.zeros(out_features, in_features))  # expect: TL104
        self.weight = Parameter(torch.empty(out_features, in_features))
        if bias:
            self.bias = Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)

        super(Linear, self).__init__()

        self.reset_parameters()

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.weight.size(1))
        torch.nn.init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            torch.nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        self.seen.add_(input.detach().abs().mean())
        return F.linear(input, self.weight, self.bias)
