# The complete graph is stored with the sum of losses: https://github.com/pai4451/ML2021/issues/2
import torch
from torch import nn


class Reader(nn.Module):
    def __init__(self, words, dim):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.span = nn.Linear(dim, 2)
        self.train_loss = 0.0

    def forward(self, tokens, starts):
        logits = self.span(self.embed(tokens))
        start = logits[..., 0]
        loss = nn.functional.cross_entropy(start, starts)
        if self.training:
            self.train_loss += loss  # expect: TL112
        return start, loss
