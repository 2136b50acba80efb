# The likelihood of a mixture adds the logarithm of the mixing coefficients to those of the components:
# https://github.com/tonyduan/mixture-density-network/issues/1
import torch
from torch import nn
from torch.distributions import Normal


class MixtureDensityNetwork(nn.Module):
    def __init__(self, inputs, outputs, components):
        super().__init__()
        self.pi_network = nn.Sequential(nn.Linear(inputs, 16), nn.ELU(), nn.Linear(16, components))
        self.normal_network = nn.Linear(inputs, 2 * outputs * components)
        self.shape = (components, outputs)

    def forward(self, x):
        weights = torch.softmax(self.pi_network(x), -1)
        mean, spread = self.normal_network(x).chunk(2, dim=-1)
        mean = mean.reshape(-1, *self.shape)
        deviation = nn.functional.softplus(spread).reshape(-1, *self.shape) + 1e-3
        return weights, Normal(mean, deviation)

    def loss(self, x, y):
        weights, normal = self(x)
        log_likelihood = normal.log_prob(y.unsqueeze(1).expand_as(normal.loc))
        log_likelihood = torch.sum(log_likelihood, dim=2)
        log_weights = torch.log(weights)  # expect: TL302
        return -torch.logsumexp(log_weights + log_likelihood, dim=1).mean()


if __name__ == "__main__":
    MixtureDensityNetwork(3, 2, 4).loss(torch.randn(5, 3), torch.randn(5, 2)).backward()
