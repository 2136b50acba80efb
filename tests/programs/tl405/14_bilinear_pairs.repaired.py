# Two texts by a bilinear form: does the second follow the first?
import torch
from torch import nn


class Follows(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encode = nn.Linear(width, 64)
        self.score = nn.Bilinear(64, 64, 1)

    def forward(self, first, second):
        a, b = torch.tanh(self.encode(first)), torch.tanh(self.encode(second))
        return self.score(a, b).squeeze(1)


class Task(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = Follows(width)
        self.criterion = nn.BCEWithLogitsLoss()

    def training_step(self, batch):
        first, second, label = batch
        prediction = self.net(first, second)
        return self.criterion(prediction, label.float())
