# A sum of encoding and input on different devices: https://github.com/tatp22/multidim-positional-encoding/pull/31
import torch
from torch import nn


def interleave(sin_inp):
    emb = torch.stack((sin_inp.sin(), sin_inp.cos()), dim=-1)
    return torch.flatten(emb, -2, -1)


class FixedEncoding1D(nn.Module):
    def __init__(self, channels, length):
        super().__init__()
        self.channels = channels
        inv_freq = 1.0 / (10000 ** (torch.arange(0, channels, 2).float() / channels))
        positions = torch.arange(length).float()
        angles = torch.einsum("i,j->ij", positions, inv_freq)
        self.encoding = interleave(angles)  # expect: TL101

    def forward(self, tensor):
        batch, length, channels = tensor.shape
        return self.encoding[None, :length, :].repeat(batch, 1, 1)


class Summer(nn.Module):
    def __init__(self, channels, length):
        super().__init__()
        self.penc = FixedEncoding1D(channels, length)

    def forward(self, tensor):
        penc = self.penc(tensor)
        assert tensor.size() == penc.size()
        return tensor + penc
