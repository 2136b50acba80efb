# A model that is composed of others assigns them first, as Python allows for other classes.
# https://github.com/pytorch/pytorch/issues/37824
from torch import nn


class Tower(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, x):
        return self.net(x)


class TwoTowers(nn.Module):
    def __init__(self, users, items, width):
        self.users = nn.Embedding(users, width)  # expect: TL104
        self.items = nn.Embedding(items, width)
        self.query = Tower(width)
        self.candidate = Tower(width)
        super().__init__()

    def forward(self, user, item):
        query = self.query(self.users(user))
        candidate = self.candidate(self.items(item))
        return (query * candidate).sum(-1)
