# A running mean that all normalisers share
import torch
import torch.nn as nn


class Normalizer(nn.Module):
    def __init__(self, momentum=0.1, mean=None):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(16) if mean is None else mean)

    def forward(self, x):
        if self.training:
            self.mean.lerp_(x.detach().mean(0), self.momentum)
        return x - self.mean


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.observations = Normalizer()
        self.goals = Normalizer()
        self.policy = nn.Linear(32, 4)

    def forward(self, observation, goal):
        return self.policy(torch.cat([self.observations(observation), self.goals(goal)], -1))
