# PopArt keeps its statistics as parameters and assigns tensors to them: https://github.com/marlbenchmark/on-policy/issues/19
import torch
from torch import nn


class PopArt(nn.Module):
    def __init__(self, inputs, outputs, beta=0.99999):
        super().__init__()
        self.beta = beta
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.stddev = nn.Parameter(torch.ones(outputs), requires_grad=False)
        self.mean = nn.Parameter(torch.zeros(outputs), requires_grad=False)
        self.mean_sq = nn.Parameter(torch.zeros(outputs), requires_grad=False)
        nn.init.kaiming_uniform_(self.weight)

    def forward(self, x):
        return x @ self.weight.t() + self.bias

    @torch.no_grad()
    def update(self, values):
        old_mean, old_stddev = self.mean.clone(), self.stddev.clone()
        self.mean.mul_(self.beta).add_(values.mean(dim=0) * (1 - self.beta))
        self.mean_sq.mul_(self.beta).add_(values.square().mean(dim=0) * (1 - self.beta))
        self.stddev = (self.mean_sq - self.mean**2).sqrt().clamp(min=1e-4)  # expect: TL109
        self.weight = self.weight * old_stddev[:, None] / self.stddev[:, None]  # expect: TL109
        self.bias = (old_stddev * self.bias + old_mean - self.mean) / self.stddev  # expect: TL109
