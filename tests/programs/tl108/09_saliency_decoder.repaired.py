# A flag of the constructor turns dropout on, for inference too.
# Report: https://github.com/Linardos/SalEMA/issues/6
import torch
from torch import nn
from torch.nn.functional import dropout2d


class SalEMA(nn.Module):
    def __init__(self, alpha, dropout=False, residual=False):
        super().__init__()
        self.dropout = dropout
        self.residual = residual
        self.alpha = nn.Parameter(torch.tensor(alpha))
        self.encoder = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU())
        self.decoder = nn.Conv2d(16, 1, 1)

    def forward(self, input_, prev_state=None):
        x = self.encoder(input_)
        residual = x
        if self.dropout is True:
            x = dropout2d(x, training=self.training)
        if prev_state is None:
            current_state = self.alpha * x
        else:
            current_state = self.alpha * x + (1 - self.alpha) * prev_state
        if self.residual:
            x = current_state + residual
        else:
            x = current_state
        return current_state, torch.sigmoid(self.decoder(x))
