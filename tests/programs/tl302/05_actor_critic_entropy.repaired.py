# The log of a softmax in an actor-critic: the gradient is NaN as soon as one action has probability 0, as in
# https://github.com/pytorch/pytorch/issues/1620
import torch
from torch import nn
from torch.nn import functional as F


class ActorCritic(nn.Module):
    def __init__(self, observations, actions):
        super().__init__()
        self.body = nn.Linear(observations, 32)
        self.policy = nn.Linear(32, actions)
        self.value = nn.Linear(32, 1)

    def forward(self, observation):
        hidden = torch.tanh(self.body(observation))
        return self.policy(hidden), self.value(hidden)


def losses(logits, values, actions, returns):
    probs = F.softmax(logits, dim=-1)
    advantage = returns - values.squeeze(-1)
    value_loss = advantage.pow(2).mean()
    log_probs = F.log_softmax(logits, dim=-1)
    entropy = -(log_probs * probs).sum(-1).mean()
    chosen = log_probs.gather(1, actions.unsqueeze(1)).squeeze(1)
    policy_loss = -(chosen * advantage.detach()).mean()
    return policy_loss + 0.5 * value_loss - 0.01 * entropy


if __name__ == "__main__":
    net = ActorCritic(4, 3)
    logits, values = net(torch.randn(5, 4))
    losses(logits, values, torch.randint(3, (5,)), torch.randn(5)).backward()
