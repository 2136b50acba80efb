# The state of a convolutional LSTM is made on the CPU: https://github.com/ndrplz/ConvLSTM_pytorch/pull/10
import torch
import torch.nn as nn


class ConvLSTMCell(nn.Module):
    def __init__(self, input_dim, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.conv = nn.Conv2d(input_dim + hidden_dim, 4 * hidden_dim, 3, padding=1)

    def forward(self, x, state):
        h, c = state
        gates = self.conv(torch.cat([x, h], dim=1))
        i, f, o, g = torch.split(gates, self.hidden_dim, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class ConvLSTM(nn.Module):
    def __init__(self, input_dim, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.cell = ConvLSTMCell(input_dim, hidden_dim)

    def forward(self, x):
        b, t, _, height, width = x.shape
        h = torch.zeros(b, self.hidden_dim, height, width, device=x.device)
        c = torch.zeros(b, self.hidden_dim, height, width, device=x.device)
        for step in range(t):
            h, c = self.cell(x[:, step], (h, c))
        return h
