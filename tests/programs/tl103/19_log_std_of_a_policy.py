# A policy's deviation stays at its start: the negative sign stands in front of the parameter.
import torch
from torch import nn


class Policy(nn.Module):
    def __init__(self, observations, actions):
        super().__init__()
        self.mean = nn.Sequential(nn.Linear(observations, 64), nn.Tanh(), nn.Linear(64, actions))
        self.log_std = -nn.Parameter(torch.ones(actions))  # expect: TL103

    def forward(self, observation):
        return torch.distributions.Normal(self.mean(observation), self.log_std.exp())
