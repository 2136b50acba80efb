# The cell's weights are in a dict, and parameters() gives nothing: https://github.com/pytorch/pytorch/issues/4631
import torch
import torch.nn as nn


class Cell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weights = {}  # expect: TL103
        self.weights["w_i"] = nn.Parameter(torch.randn(input_size, hidden_size))
        self.weights["w_h"] = nn.Parameter(torch.randn(hidden_size, hidden_size))

    def forward(self, x, h):
        return torch.tanh(x @ self.weights["w_i"] + h @ self.weights["w_h"])


def run(sequence, hidden):
    cell = Cell(512, hidden)
    h = torch.zeros(sequence.shape[1], hidden)
    for x in sequence:
        h = cell(x, h)
    return h
