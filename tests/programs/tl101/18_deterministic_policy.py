# Scale, bias and noise of a policy need their own to(): https://github.com/pranz24/pytorch-soft-actor-critic/pull/21
import torch
import torch.nn as nn
import torch.nn.functional as F


class DeterministicPolicy(nn.Module):
    def __init__(self, num_inputs, num_actions, hidden_dim, action_space=None):
        super().__init__()
        self.linear1 = nn.Linear(num_inputs, hidden_dim)
        self.linear2 = nn.Linear(hidden_dim, hidden_dim)
        self.mean = nn.Linear(hidden_dim, num_actions)
        self.noise = torch.Tensor(num_actions)  # expect: TL101
        if action_space is None:
            self.action_scale = 1.0
            self.action_bias = 0.0
        else:
            self.action_scale = torch.FloatTensor((action_space.high - action_space.low) / 2.0)  # expect: TL101
            self.action_bias = torch.FloatTensor((action_space.high + action_space.low) / 2.0)  # expect: TL101

    def forward(self, state):
        x = F.relu(self.linear1(state))
        x = F.relu(self.linear2(x))
        return torch.tanh(self.mean(x)) * self.action_scale + self.action_bias

    def sample(self, state):
        mean = self.forward(state)
        noise = self.noise.normal_(0.0, std=0.1).clamp(-0.25, 0.25)
        return mean + noise, mean
