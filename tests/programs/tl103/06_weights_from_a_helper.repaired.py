# Two ways to make a weight train differently: one of them is a helper that moves it: https://github.com/pytorch/pytorch/issues/127760
import torch
from torch import nn


class Relations(nn.Module):
    def __init__(self, words, relations, device):
        super().__init__()
        self.device = device
        self.head = self.init_weight((words, relations))
        self.tail = self.init_weight((words, relations))

    def init_weight(self, shape):
        weight = nn.Parameter(torch.zeros(shape, device=self.device))
        nn.init.xavier_normal_(weight)
        return weight

    def forward(self, words):
        return words @ self.head, words @ self.tail
