# The base class applies a sigmoid that the subclass with the loss doesn't show.
import torch
from torch import nn


class Scorer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, pairs):
        score = self.layers(pairs)
        score = score.squeeze(-1)
        return score


class Ranker(Scorer):
    def __init__(self, width, margin):
        super().__init__(width)
        self.margin = margin
        self.criterion = nn.BCEWithLogitsLoss()

    def step(self, pairs, relevant):
        scores = self(pairs)
        order = scores.argsort(descending=True)
        loss = self.criterion(scores, relevant.float())
        return loss, order
