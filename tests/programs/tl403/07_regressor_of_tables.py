# Adapted from https://github.com/Yard1/ray-skorch/pull/18: a small classifier for tables, with its loss beside it.
import torch
import torch.nn as nn
import torch.nn.functional as F


class TableNet(nn.Module):
    def __init__(self, features, units=16):
        super().__init__()
        self.dense0 = nn.Linear(features, units)
        self.dropout = nn.Dropout(0.5)
        self.dense1 = nn.Linear(units, 10)
        self.output = nn.Linear(10, 2)

    def forward(self, X, **kwargs):
        X = F.relu(self.dense0(X))
        X = self.dropout(X)
        X = F.relu(self.dense1(X))
        X = F.softmax(self.output(X), dim=-1)
        return X


class Worker:
    def __init__(self, features):
        self.module = nn.parallel.DistributedDataParallel(TableNet(features))
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.module.parameters(), lr=0.1)

    def fit(self, shards):
        for X, y in shards:
            self.optimizer.zero_grad()
            prediction = self.module(X)
            loss = self.criterion(prediction, y)  # expect: TL403
            loss.backward()
            self.optimizer.step()
