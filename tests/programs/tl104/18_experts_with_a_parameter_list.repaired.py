# A mixture of experts keeps its weights in a ParameterList, and calls the base at the end.
import torch
from torch import nn


class Experts(nn.Module):
    def __init__(self, count, dim, hidden):
        super(Experts, self).__init__()
        self.count = count
        shapes = [(dim, hidden)] * count
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(*shape) * 0.02) for shape in shapes])
        self.gate = nn.Linear(dim, count)

    def forward(self, x):
        shares = torch.softmax(self.gate(x), dim=-1)
        results = torch.stack([x @ weight for weight in self.weights], dim=-1)
        return (results * shares.unsqueeze(-2)).sum(-1)
