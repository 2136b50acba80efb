# The linear layers of a graph network's MLP are followed by a batch norm outside of it: https://github.com/dmlc/dgl/pull/4071
import torch
import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    def __init__(self, input_dim, hidden_dim):
        super().__init__()
        self.first = nn.Linear(input_dim, hidden_dim)  # expect: TL201
        self.second = nn.Linear(hidden_dim, hidden_dim)
        self.batch_norm = nn.BatchNorm1d(hidden_dim)

    def forward(self, x):
        h = self.first(x)
        h = self.batch_norm(h)
        return self.second(F.relu(h))


class GIN(nn.Module):
    def __init__(self, input_dim, hidden_dim, classes, layers=3):
        super().__init__()
        self.convs = nn.ModuleList()
        for layer in range(layers):
            self.convs.append(MLP(input_dim if layer == 0 else hidden_dim, hidden_dim))
        self.readout = nn.Linear(hidden_dim, classes)

    def forward(self, adjacency, features):
        nodes, _ = features.shape
        h = features
        for conv in self.convs:
            h = F.relu(conv(h + adjacency @ h))
        return self.readout(h.sum(0, keepdim=True) / nodes)


if __name__ == "__main__":
    print(GIN(7, 16, 3)(torch.eye(20), torch.randn(20, 7)).shape)
