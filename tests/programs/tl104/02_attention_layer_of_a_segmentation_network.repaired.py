# A layer with two kinds of attention has a constructor of its own and forgets that of nn.Module.
# https://github.com/sinAshish/Multi-Scale-Attention/issues/14
import torch
from torch import nn


class ChannelAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        b, c, h, w = x.shape
        flat = x.reshape(b, c, h * w)
        weights = torch.softmax(flat @ flat.transpose(1, 2), dim=-1)
        return self.gamma * (weights @ flat).reshape(b, c, h, w) + x


class AttentionLayer(nn.Module):
    def __init__(self, channels, use_channels=True):
        super().__init__()
        self.channels = channels
        attention = ChannelAttention() if use_channels else nn.Identity()
        self.attention = nn.Sequential(
            nn.Conv2d(channels, channels, kernel_size=3, padding=1),
            nn.PReLU(),
            attention,
            nn.Conv2d(channels, channels, kernel_size=3, padding=1),
        )

    def forward(self, x):
        return self.attention(x)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.refine = AttentionLayer(16, True)
        self.head = nn.Conv2d(16, 2, 1)

    def forward(self, images):
        return self.head(self.refine(self.stem(images)))
