# The Donsker-Varadhan bound, whose second term is a logarithm of a mean of exponentials:
# https://github.com/sungyubkim/MINE-Mutual-Information-Neural-Estimation-/issues/3
import torch
from torch import nn


class Statistic(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.first = nn.Linear(2 * dim, 32)
        self.second = nn.Linear(32, 1)

    def forward(self, x, y):
        return self.second(torch.relu(self.first(torch.cat([x, y], dim=1)))).squeeze(1)


def bound(network, x, y):
    t = network(x, y)
    shuffled = y[torch.randperm(len(y))]
    marginal = network(x, shuffled)
    joint = t.mean()
    return joint - torch.logsumexp(marginal, dim=0) + torch.tensor(float(len(y))).log()


if __name__ == "__main__":
    print(bound(Statistic(4), torch.randn(20, 4), torch.randn(20, 4)))
