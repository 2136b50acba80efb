# The weights of a mixture density network by its formula, where a softmax would take out the largest value first:
# https://github.com/guevara/read-it-later/issues/7107
import torch
from torch import nn


class MixtureDensityNetwork(nn.Module):
    def __init__(self, hidden, mixtures):
        super().__init__()
        self.mixtures = mixtures
        self.net = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 3 * mixtures))

    def get_mixture_coefficients(self, output):
        out_pi, out_sigma, out_mu = output.split(self.mixtures, dim=1)
        out_pi = torch.exp(out_pi)
        normalize_pi = torch.reciprocal(torch.sum(out_pi, 1, keepdim=True))
        out_sigma = nn.functional.softplus(out_sigma)
        out_pi = torch.mul(normalize_pi, out_pi)  # expect: TL301
        return out_pi, out_sigma, out_mu

    def forward(self, x):
        return self.get_mixture_coefficients(self.net(x))

    def mean(self, x):
        pi, _, mu = self(x)
        return (pi * mu).sum(1)


if __name__ == "__main__":
    print(MixtureDensityNetwork(16, 4).mean(torch.linspace(-1, 1, 5).unsqueeze(1)))
