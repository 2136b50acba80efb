# Adapted from https://github.com/pytorch/pytorch/issues/5560: the output of a linear layer in F.binary_cross_entropy.
import torch
import torch.nn as nn
import torch.nn.functional as F


class TimeModel(nn.Module):
    def __init__(self, width, bins):
        super().__init__()
        self.rnn = nn.GRU(width, 64, batch_first=True)
        self.time = nn.Linear(64, bins)
        self.kind = nn.Linear(64, 5)

    def forward(self, x):
        _, state = self.rnn(x)
        state = state[-1]
        return self.time(state), self.kind(state)


class Worker:
    def __init__(self):
        self.model = TimeModel(16, 24)
        self.optimizer = torch.optim.Adam(self.model.parameters())

    def train(self, loader):
        for x, time_hist, kind in loader:
            time_pred, kind_pred = self.model(x)
            kind_loss = F.cross_entropy(kind_pred, kind)
            time_loss = F.binary_cross_entropy(time_pred, time_hist.float())  # expect: TL405
            self.optimizer.zero_grad()
            (time_loss + kind_loss).backward()
            self.optimizer.step()
