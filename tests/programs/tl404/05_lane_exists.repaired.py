# Adapted from https://github.com/Turoad/lanedet/issues/32: whether a lane is there, through a sigmoid and a loss with logits.
import torch
import torch.nn.functional as F
from torch import nn


class ExistHead(nn.Module):
    def __init__(self, channels, lanes):
        super().__init__()
        self.dropout = nn.Dropout2d(0.1)
        self.conv8 = nn.Conv2d(channels, lanes + 1, 1)
        self.fc9 = nn.Linear(4500, 128)
        self.fc10 = nn.Linear(128, lanes)

    def forward(self, x):
        x = self.dropout(x)
        x = self.conv8(x)
        x = F.softmax(x, dim=1)
        x = F.avg_pool2d(x, 2, stride=2)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc9(x))
        x = self.fc10(x)
        return x


class Segmentor(nn.Module):
    def __init__(self, lanes):
        super().__init__()
        self.exist = ExistHead(128, lanes)
        self.criterion_exist = nn.BCEWithLogitsLoss()

    def loss(self, features, batch):
        output = self.exist(features)
        exist_loss = 0.1 * self.criterion_exist(output, batch["lane_exist"].float())
        return exist_loss
