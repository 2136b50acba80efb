# "Question regards the loss": the likelihood of a mixture, a sum over components and not of their logarithms:
# https://github.com/tonyduan/mixture-density-network/issues/1
import math

import torch
from torch import nn


class MixtureDensity(nn.Module):
    def __init__(self, inputs, components):
        super().__init__()
        self.weights = nn.Linear(inputs, components)
        self.means = nn.Linear(inputs, components)
        self.log_scales = nn.Linear(inputs, components)

    def forward(self, x):
        return torch.log_softmax(self.weights(x), dim=1), self.means(x), self.log_scales(x)

    def loss(self, x, y):
        log_weights, means, log_scales = self(x)
        z = (y.unsqueeze(1) - means) / log_scales.exp()
        log_likelihood = -0.5 * z**2 - log_scales - 0.5 * math.log(2 * math.pi)
        joint = log_weights + log_likelihood
        mixture = torch.zeros_like(y)
        for component in joint.unbind(1):
            mixture = mixture + component.exp()
        direct = joint.exp().sum(1)
        return -direct.log().mean(), mixture  # expect: TL303


if __name__ == "__main__":
    model = MixtureDensity(3, 5)
    print(model.loss(torch.randn(8, 3), torch.randn(8))[0])
