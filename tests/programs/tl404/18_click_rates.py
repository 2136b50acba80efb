# A factorisation machine: the sum of all terms goes through a sigmoid before it is returned in a dict.
import torch
from torch import nn


class Machine(nn.Module):
    def __init__(self, fields, size):
        super().__init__()
        self.linear = nn.Embedding(fields, 1)
        self.factors = nn.Embedding(fields, size)

    def forward(self, ids):
        first = self.linear(ids).sum(dim=1).squeeze(1)
        v = self.factors(ids)
        second = 0.5 * (v.sum(1).pow(2) - v.pow(2).sum(1)).sum(1)
        return {"ctr": torch.sigmoid(first + second), "norm": v.norm()}


def train(model, loader, optimizer, decay):
    loss_function = nn.BCEWithLogitsLoss()
    for ids, clicked in loader:
        result = model(ids)
        data = loss_function(result["ctr"], clicked.float())  # expect: TL404
        loss = data + decay * result["norm"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main(loader):
    model = Machine(100000, 16)
    train(model, loader, torch.optim.Adagrad(model.parameters()), 1e-5)
