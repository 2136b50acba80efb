# The gates of a mixture of experts don't learn: https://github.com/davidmrau/mixture-of-experts/issues/12
import torch
import torch.nn as nn


class NoisyGates(nn.Module):
    def __init__(self, input_size, num_experts, k, device):
        super().__init__()
        self.device = device
        self.k = k
        self.w_gate = nn.Parameter(torch.zeros(input_size, num_experts))
        self.w_noise = nn.Parameter(torch.zeros(input_size, num_experts))
        self.softplus = nn.Softplus()
        self.softmax = nn.Softmax(1)

    def forward(self, x, noise_epsilon=1e-2):
        clean = x @ self.w_gate
        if self.training:
            deviation = self.softplus(x @ self.w_noise) + noise_epsilon
            clean = clean + torch.randn_like(clean) * deviation
        values, indices = clean.topk(self.k, dim=1)
        return torch.zeros_like(clean).scatter(1, indices, self.softmax(values))
