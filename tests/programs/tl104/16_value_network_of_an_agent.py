# The networks of an agent: the dueling one was copied from a plain class.
import torch
from torch import nn


class Agent:
    def __init__(self, observations, actions):
        self.network = Dueling(observations, actions)
        self.steps = 0

    def act(self, observation):
        self.steps += 1
        with torch.no_grad():
            return self.network(observation).argmax(-1)


class Dueling(nn.Module):
    def __init__(self, observations, actions, width=128):
        self.observations, self.actions = observations, actions
        self.body = nn.Sequential(nn.Linear(observations, width), nn.ReLU())  # expect: TL104
        self.value, self.advantage = nn.Linear(width, 1), nn.Linear(width, actions)

    def forward(self, x):
        hidden = self.body(x)
        advantage = self.advantage(hidden)
        return self.value(hidden) + advantage - advantage.mean(-1, keepdim=True)
