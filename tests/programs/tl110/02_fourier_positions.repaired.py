# Frequencies are counted on the CPU: https://github.com/jmclong/random-fourier-features-pytorch/pull/4
import torch
import torch.nn as nn


def positional_encoding(v, sigma, m):
    j = torch.arange(m, device=v.device)
    coefficients = 2 * torch.pi * sigma ** (j / m)
    projected = coefficients * v.unsqueeze(-1)
    encoded = torch.cat((torch.cos(projected), torch.sin(projected)), dim=-1)
    return encoded.flatten(-2, -1)


class PositionalEncoder(nn.Module):
    def __init__(self, sigma, m):
        super().__init__()
        self.sigma = sigma
        self.m = m

    def forward(self, v):
        return positional_encoding(v, self.sigma, self.m)
