# The LSTM cells of a learned optimizer are appended to a list and never trained: https://github.com/ikostrikov/pytorch-meta-optimizer/issues/11
import torch
import torch.nn as nn


class NormedCell(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.cell = nn.LSTMCell(inputs, hidden)
        self.norm = nn.LayerNorm(hidden)

    def forward(self, x, state):
        h, c = self.cell(x, state)
        return self.norm(h), c


class MetaOptimizer(nn.Module):
    def __init__(self, num_layers, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear1 = nn.Linear(3, hidden_size)
        self.lstms = []  # expect: TL102
        for _ in range(num_layers):
            self.lstms.append(NormedCell(hidden_size, hidden_size))
        self.linear2 = nn.Linear(hidden_size, 1)

    def forward(self, x, states):
        x = torch.tanh(self.linear1(x))
        for i in range(len(self.lstms)):
            x, c = self.lstms[i](x, states[i])
            states[i] = (x, c)
        return self.linear2(x), states
