# log(exp(a) + exp(b)) of two energies overflows; stable in torch.logaddexp, which came from the feature request
# https://github.com/pytorch/pytorch/issues/2591 for its sibling
import torch
from torch import nn


class EnergyModel(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, 64), nn.SiLU(), nn.Linear(64, 1))

    def forward(self, x):
        return self.net(x).squeeze(-1)


def step(positive, negative):
    model = EnergyModel(16)
    first = model(positive)
    second = model(negative)
    gap = first - second
    partition = torch.logaddexp(first, second)
    return (partition - first).mean(), gap.mean()


if __name__ == "__main__":
    print(step(torch.randn(4, 16), 1e4 * torch.randn(4, 16)))
