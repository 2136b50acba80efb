# A neural Turing machine defines its memory's bias twice: https://github.com/loudinthecloud/pytorch-ntm/issues/1
import math

import torch
from torch import nn


class Memory(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.rows, self.columns = rows, columns
        deviation = 1 / math.sqrt(rows + columns)
        self.mem_bias = torch.empty(rows, columns).uniform_(-deviation, deviation)
        self.register_buffer("mem_bias", self.mem_bias.data)  # expect: TL109

    def reset(self, batch):
        return self.mem_bias.repeat(batch, 1, 1)

    def forward(self, memory, weights):
        return torch.matmul(weights.unsqueeze(1), memory).squeeze(1)
