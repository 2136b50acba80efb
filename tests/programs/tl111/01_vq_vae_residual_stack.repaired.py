# One residual block stands in the stack several times: https://github.com/zalandoresearch/pytorch-vq-vae/issues/2
import torch.nn as nn
import torch.nn.functional as F


class Residual(nn.Module):
    def __init__(self, in_channels, hidden, residual_hidden):
        super().__init__()
        self._block = nn.Sequential(
            nn.ReLU(True),
            nn.Conv2d(in_channels, residual_hidden, kernel_size=3, padding=1, bias=False),
            nn.ReLU(True),
            nn.Conv2d(residual_hidden, hidden, kernel_size=1, bias=False),
        )

    def forward(self, x):
        return x + self._block(x)


class ResidualStack(nn.Module):
    def __init__(self, in_channels, hidden, num_layers, residual_hidden):
        super().__init__()
        self._num_layers = num_layers
        self._layers = nn.ModuleList([Residual(in_channels, hidden, residual_hidden) for _ in range(self._num_layers)])

    def forward(self, x):
        for i in range(self._num_layers):
            x = self._layers[i](x)
        return F.relu(x)


class Encoder(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.conv = nn.Conv2d(channels, hidden, 4, stride=2, padding=1)
        self.stack = ResidualStack(hidden, hidden, 2, 32)

    def forward(self, x):
        return self.stack(self.conv(x))
