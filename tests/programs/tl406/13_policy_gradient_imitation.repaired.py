# Expert moves and a policy that returns probabilities next to a value.
import torch
import torch.nn as nn
import torch.nn.functional as F


class ActorCritic(nn.Module):
    def __init__(self, states, actions):
        super().__init__()
        self.affine1 = nn.Linear(states, 128)
        self.action_head = nn.Linear(128, actions)
        self.value_head = nn.Linear(128, 1)

    def forward(self, x):
        x = F.relu(self.affine1(x))
        action_prob = F.softmax(self.action_head(x), dim=-1)
        return action_prob, self.value_head(x)


def imitate(model, games, optimizer):
    for state, move, outcome in games:
        probs, value = model(state)
        policy_loss = F.nll_loss(torch.log(probs.clamp(min=1e-8)), move)
        value_loss = F.smooth_l1_loss(value.squeeze(-1), outcome)
        optimizer.zero_grad()
        (policy_loss + value_loss).backward()
        optimizer.step()


def main(games):
    model = ActorCritic(64, 12)
    imitate(model, games, torch.optim.Adam(model.parameters(), lr=3e-2))
