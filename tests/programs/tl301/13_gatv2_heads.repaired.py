# The coefficients of GATv2 overflow for inputs of about 100, because the exponent isn't shifted:
# https://github.com/JuliaGraphs/GraphNeuralNetworks.jl/issues/246
import torch
from torch import nn
from torch.nn import functional as F


class GATv2(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.source = nn.Linear(dim, dim)
        self.target = nn.Linear(dim, dim)
        self.attention = nn.Parameter(torch.randn(heads, dim // heads))

    def scores(self, x):
        nodes = x.size(0)
        left = self.source(x).view(nodes, 1, self.heads, -1)
        right = self.target(x).view(1, nodes, self.heads, -1)
        return (F.leaky_relu(left + right, 0.2) * self.attention).sum(-1)

    def coefficients(self, scores):
        return scores.softmax(1)

    def forward(self, x):
        alpha = self.coefficients(self.scores(x))
        values = self.target(x).view(x.size(0), self.heads, -1)
        return torch.einsum("ijh,jhd->ihd", alpha, values).flatten(1)


if __name__ == "__main__":
    print(GATv2(8, 2)(torch.randn(5, 8)).shape)
