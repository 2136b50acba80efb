# The running loss keeps every graph: https://github.com/BatsResearch/labelmodels/issues/4
import torch
from torch import nn


class LabelModel(nn.Module):
    def __init__(self, labels, functions):
        super().__init__()
        self.prior = nn.Linear(functions, labels)
        self.running_loss = 0.0
        self.batches = 0

    def forward(self, votes, targets):
        scores = self.prior(votes)
        loss = nn.functional.cross_entropy(scores, targets)
        self.batches += 1
        self.running_loss += loss  # expect: TL112
        return loss


def train(model, optimizer, loader):
    for votes, targets in loader:
        optimizer.zero_grad()
        model(votes, targets).backward()
        optimizer.step()
    print("mean loss", float(model.running_loss) / model.batches)
