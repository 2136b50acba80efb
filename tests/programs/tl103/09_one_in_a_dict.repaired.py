# named_parameters() has the attribute, but not the one in the dict: https://github.com/pytorch/pytorch/issues/10817
import torch
import torch.nn as nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.ParameterDict()
        self.d["d"] = nn.Parameter(torch.ones(3, 3))
        self.p = nn.Parameter(torch.ones(3, 3))

    def forward(self, x):
        return x @ self.d["d"] + x @ self.p
