"""A filter whose loss can't call anything harmless: the second sigmoid gives 0.5 at least."""

import torch
from torch import nn


class Filter(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(words, 16), nn.ReLU(), nn.Linear(16, 1))
        self.sigmoid = nn.Sigmoid()
        self.criterion = nn.BCEWithLogitsLoss()

    def forward(self, x):
        return self.layers(x)

    def loss(self, x, spam):
        logits = self(x)
        probabilities = self.sigmoid(logits)
        flat = probabilities.squeeze(1)
        return self.criterion(flat, spam.float())  # expect: TL404


def main():
    counts = torch.randint(0, 3, (200, 12)).float()
    spam = counts[:, 0] + counts[:, 1] > counts[:, 2] + counts[:, 3]
    model = Filter(12)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(300):
        loss = model.loss(counts, spam)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"loss": loss}


def certain_and_wrong():
    """How far from the right gradient that of a confident mistake is."""
    logits = torch.tensor([15.0], requires_grad=True)
    nn.functional.binary_cross_entropy_with_logits(logits.sigmoid(), torch.zeros(1)).backward()  # expect: TL404
    return {"missing": 1 - logits.grad[0]}
