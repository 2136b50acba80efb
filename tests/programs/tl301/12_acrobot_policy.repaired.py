# A policy for more than two actions got a softmax of its own, and its probabilities turned into NaN:
# https://openillumi.com/en/en-fix-rl-softmax-nan-error
import torch


class Policy:
    def __init__(self, observations, actions, hidden=32):
        self.w1 = (0.1 * torch.randn(observations, hidden)).requires_grad_()
        self.w2 = (0.1 * torch.randn(hidden, actions)).requires_grad_()

    def parameters(self):
        return [self.w1, self.w2]

    def act(self, observation):
        hidden = torch.relu(observation @ self.w1)
        w = hidden @ self.w2
        dist = torch.softmax(w, dim=-1)
        action = torch.multinomial(dist.detach(), 1)
        return action.item(), dist


def rollout(policy, steps=5):
    observation = torch.randn(6)
    kept = []
    for _ in range(steps):
        action, dist = policy.act(observation)
        kept.append(dist[action])
        observation = observation + 0.1 * torch.randn(6)
    return torch.stack(kept)


if __name__ == "__main__":
    rollout(Policy(6, 3)).sum().backward()
