# One network serves the loss and the decision: the decision wants the sigmoid, the loss doesn't.
import torch
from torch import nn


class TokenConfidence(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.token = nn.Sequential(nn.Linear(width, 1), nn.Sigmoid())
        self.loss_fn = nn.BCEWithLogitsLoss(reduction="none")

    def forward(self, first, second):
        return self.token(first.detach()).squeeze(-1), self.token(second.detach()).squeeze(-1)

    def loss(self, first, second, agrees):
        c0, c1 = self.forward(first, second)
        weight = agrees.float()
        l0 = self.loss_fn(c0, weight).mean(-1)  # expect: TL404
        l1 = self.loss_fn(c1, weight).mean(-1)  # expect: TL404
        return (l0 + l1) / 2
