# Behaviour cloning with an actor that gives action probabilities for sampling, trained by cross-entropy.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class Actor(nn.Module):
    def __init__(self, states, actions):
        super().__init__()
        self.affine = nn.Linear(states, 128)
        self.head = nn.Linear(128, actions)

    def forward(self, state):
        x = F.relu(self.affine(state))
        action_probs = F.softmax(self.head(x), dim=-1)
        return action_probs

    def act(self, state):
        return Categorical(self(state)).sample()


class Cloning:
    def __init__(self, states, actions):
        self.actor = Actor(states, actions)
        self.optimizer = torch.optim.Adam(self.actor.parameters(), lr=3e-4)
        self.loss_fn = nn.NLLLoss()

    def update(self, demonstrations):
        for states, actions in demonstrations:
            predicted = self.actor(states)
            actions = actions.long().view(-1)
            loss = self.loss_fn(predicted.clamp(min=1e-8).log(), actions)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
