# Weights of a sequence's steps by exp() and a mask; "update softmax to avoid nan issue":
# https://github.com/stevezheng23/reading_comprehension_tf/pull/69
import torch
from torch import nn


class Pooling(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.score = nn.Linear(dim, 1)
        self.eps = eps

    def weights(self, states, lengths):
        steps = torch.arange(states.size(1), device=states.device)
        mask = (steps[None, :] < lengths[:, None]).float()
        logits = self.score(states).squeeze(-1)
        weights = logits.exp() * mask
        return weights / (weights.sum(dim=1, keepdim=True) + self.eps)  # expect: TL301

    def forward(self, states, lengths):
        weights = self.weights(states, lengths)
        return torch.bmm(weights.unsqueeze(1), states).squeeze(1)


if __name__ == "__main__":
    print(Pooling(8)(torch.randn(3, 5, 8), torch.tensor([5, 3, 2])).shape)
