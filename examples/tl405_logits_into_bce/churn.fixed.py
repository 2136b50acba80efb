"""A classifier that lost its sigmoid: the loss refuses the first negative score."""

import torch
from torch import nn


class Churn(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.hidden = nn.Linear(features, 16)
        self.output = nn.Linear(16, 1)

    def forward(self, x):
        x = torch.relu(self.hidden(x))
        return self.output(x)


def fit(model, criterion, customers, left):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(100):
        scores = model(customers)
        scores = scores.squeeze(1)
        loss = criterion(scores, left.float())  # expect: TL405
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.detach()


def main():
    torch.manual_seed(1)
    customers = torch.randn(64, 5)
    return {"loss": fit(Churn(5), nn.BCEWithLogitsLoss(), customers, customers[:, 0] > 0)}


class Sure(Churn):
    def forward(self, x):
        return torch.sigmoid(super().forward(x))


def by_probabilities():
    """The same training with a sigmoid in front of the loss."""
    torch.manual_seed(1)
    customers = torch.randn(64, 5)
    return {"loss": fit(Sure(5), nn.BCELoss(), customers, customers[:, 0] > 0)}
