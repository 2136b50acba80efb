# One embedding table for all categorical columns
import torch
import torch.nn as nn
import torch.nn.functional as F


class Wide(nn.Module):
    def __init__(self, columns, buckets, dim):
        super().__init__()
        self.columns = columns
        self.tables = nn.ModuleList([nn.Embedding(buckets, dim) for _ in columns])
        self.mlp = nn.Sequential(nn.Linear(len(columns) * dim, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, batch):
        found = [table(batch[name]) for name, table in zip(self.columns, self.tables)]
        return self.mlp(torch.cat(found, dim=-1)).squeeze(-1)


def fit(model, loader):
    optimizer = torch.optim.Adagrad(model.parameters())
    for batch, clicked in loader:
        loss = F.binary_cross_entropy_with_logits(model(batch), clicked.float())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
