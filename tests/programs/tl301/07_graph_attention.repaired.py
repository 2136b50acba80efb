# A graph attention layer takes exp() of its scores without removing the maximum, and gives NaN:
# https://github.com/pyg-team/pytorch_geometric/issues/53
import torch
from torch import nn
import torch.nn.functional as F


class DenseGraphAttention(nn.Module):
    def __init__(self, inputs, outputs, slope=0.2):
        super().__init__()
        self.lin = nn.Linear(inputs, outputs, bias=False)
        self.att_source = nn.Parameter(torch.randn(outputs))
        self.att_target = nn.Parameter(torch.randn(outputs))
        self.slope = slope

    def forward(self, x, adjacency):
        h = self.lin(x)
        source = (h * self.att_source).sum(-1)
        target = (h * self.att_target).sum(-1)
        alpha = F.leaky_relu(source.unsqueeze(1) + target.unsqueeze(0), self.slope)
        alpha = alpha.masked_fill(adjacency == 0, float("-inf"))
        residual = h.mean(0, keepdim=True)
        coefficients = torch.softmax(alpha, dim=1)
        return coefficients @ h + residual


if __name__ == "__main__":
    links = ((torch.rand(6, 6) > 0.5) | torch.eye(6, dtype=torch.bool)).float()
    print(DenseGraphAttention(4, 8)(torch.randn(6, 4), links).shape)
