# Training subtracts the maximum from the log-weights and testing doesn't:
# https://github.com/xqding/Importance_Weighted_Autoencoders/issues/3
import math

import torch
from torch import nn


class Iwae(nn.Module):
    def __init__(self, dim, latent):
        super().__init__()
        self.encode = nn.Linear(dim, 2 * latent)
        self.decode = nn.Linear(latent, dim)

    def log_weight(self, x, samples):
        mean, log_std = self.encode(x).chunk(2, dim=-1)
        noise = torch.randn(samples, *mean.shape)
        z = mean + noise * log_std.exp()
        log_q = (-0.5 * noise.pow(2) - log_std).sum(-1)
        log_p = (-0.5 * z.pow(2)).sum(-1)
        return log_p - log_q - (self.decode(z) - x).pow(2).sum(-1)

    def test_loss(self, x, samples=5):
        log_weight = self.log_weight(x, samples)
        weight = torch.exp(log_weight)
        total = torch.sum(weight, 0)
        return -torch.mean(torch.log(total) - math.log(samples))  # expect: TL303


if __name__ == "__main__":
    print(Iwae(100, 4).test_loss(10 * torch.randn(3, 100)))
