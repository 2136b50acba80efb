# The loss went to NaN after several epochs, because exp() gave inf in the likelihood of a mixture of capsules:
# https://github.com/mlberkeley/scae-pytorch/pull/4
import math

import torch
from torch import nn


class CapsuleLikelihood(nn.Module):
    def __init__(self, n_votes, scale=0.1):
        super().__init__()
        self.n_votes = n_votes
        self.register_buffer("scale", torch.tensor(scale), persistent=False)
        self.mixing = nn.Parameter(torch.zeros(n_votes))

    def log_density(self, x, votes):
        squares = ((x - votes) / self.scale).pow(2).sum(-1)
        return -0.5 * squares - x.shape[-1] * (math.log(2 * math.pi) / 2 + torch.log(self.scale))

    def forward(self, x, votes):
        mixing = torch.log_softmax(self.mixing, dim=0)
        per_vote = self.log_density(x.unsqueeze(1), votes)
        joint = per_vote + mixing
        posterior = torch.softmax(joint, dim=1)
        loss = -torch.logsumexp(joint, dim=1).mean()
        return loss, posterior


if __name__ == "__main__":
    print(CapsuleLikelihood(4)(torch.randn(3, 6), torch.randn(3, 4, 6))[0])
