# A recurrent cell starts on the CPU: https://github.com/benedekrozemberczki/pytorch_geometric_temporal/issues/18
import torch
import torch.nn as nn


class Cell(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.update = nn.Linear(in_channels + out_channels, out_channels)
        self.candidate = nn.Linear(in_channels + out_channels, out_channels)

    def _set_hidden_state(self, X, H):
        if H is None:
            H = torch.zeros(X.shape[0], self.out_channels)  # expect: TL110
        return H

    def forward(self, X, H=None):
        H = self._set_hidden_state(X, H)
        Z = torch.sigmoid(self.update(torch.cat([X, H], dim=1)))
        candidate = torch.tanh(self.candidate(torch.cat([X, Z * H], dim=1)))
        return Z * H + (1 - Z) * candidate


def run(cell, sequence):
    hidden = None
    for X in sequence:
        hidden = cell(X.cuda(), hidden)
    return hidden
