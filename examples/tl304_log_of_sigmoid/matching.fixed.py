"""A matching model with sampled negatives: the loss is written out with sigmoid and log.

A pair that the model is wrong and sure about costs infinity, and its gradient is NaN.
"""

import torch
from torch import nn


class Matcher(nn.Module):
    def __init__(self, items, dim):
        super().__init__()
        self.users = nn.Embedding(items, dim)
        self.items = nn.Embedding(items, dim)

    def forward(self, user, item):
        return (self.users(user) * self.items(item)).sum(dim=-1)


def loss(matcher, user, liked, sampled):
    positive = matcher(user, liked)
    negative = matcher(user, sampled)
    pull = nn.functional.logsigmoid(positive).mean()  # expect: TL304
    push = nn.functional.logsigmoid(-negative).mean()  # expect: TL304
    return -(pull + push)


def train(scale):
    torch.manual_seed(0)
    matcher = Matcher(items=10, dim=8)
    with torch.no_grad():
        matcher.users.weight.mul_(scale)
    index = torch.arange(10)
    value = loss(matcher, index, index, index.flip(0))
    value.backward()
    return {"loss": value, "matcher": matcher}


def main():
    return train(scale=0.1)


def late_in_training():
    return train(scale=100.0)
