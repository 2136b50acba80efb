# A NaN appears in the probabilities of a policy; an epsilon that is rounded to 0 before the logarithm was suspected:
# https://github.com/AechPro/rlgym-ppo/issues/16
import torch
from torch import nn


class DiscretePolicy(nn.Module):
    def __init__(self, inputs, actions):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Linear(32, actions))

    def get_output(self, obs):
        return self.model(obs)

    def get_backprop_data(self, obs, acts):
        acts = acts.long()
        log_probs = torch.log_softmax(self.get_output(obs), dim=-1)
        probs = log_probs.exp()
        action_log_probs = log_probs.gather(-1, acts)
        entropy = -(log_probs * probs).sum(dim=-1)
        return action_log_probs, entropy.mean()


def update(policy, obs, acts, old, advantages, clip=0.2):
    log_probs, entropy = policy.get_backprop_data(obs, acts)
    ratio = torch.exp(log_probs - old)
    clipped = torch.clamp(ratio, 1 - clip, 1 + clip)
    loss = -torch.min(ratio * advantages, clipped * advantages).mean() - 0.01 * entropy
    loss.backward()
    return loss.item()


if __name__ == "__main__":
    policy = DiscretePolicy(4, 3)
    print(update(policy, torch.randn(6, 4), torch.randint(3, (6, 1)), torch.zeros(6, 1), torch.randn(6, 1)))
