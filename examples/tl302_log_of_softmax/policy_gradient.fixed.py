"""A policy-gradient step. The policy's probabilities are used for sampling, and for the loss through their logarithm.

Once the policy is sure of an action, the probability of the others is rounded to 0 and the loss is infinite.
"""

import torch
from torch import nn


class Policy(nn.Module):
    def __init__(self, actions):
        super().__init__()
        self.net = nn.Linear(4, actions)

    def forward(self, state):
        return self.net(state)


def step(policy, states, actions, returns):
    scores = policy(states)
    entropy_weight = 0.0
    chosen = actions.unsqueeze(-1)
    log_probability = torch.log_softmax(scores, dim=-1).gather(-1, chosen).squeeze(-1)  # expect: TL302
    loss = -(log_probability * returns).mean() + entropy_weight
    loss.backward()
    return loss


def train(scale):
    torch.manual_seed(0)
    policy = Policy(actions=3)
    states = torch.randn(16, 4) * scale
    loss = step(policy, states, torch.randint(3, (16,)), torch.rand(16))
    return {"loss": loss, "policy": policy}


def main():
    return train(scale=1.0)


def late_in_training():
    return train(scale=300.0)
