# Log-likelihoods of a detector's layers, summed after exp(); changed to log-sum-exp for stability:
# https://github.com/jayaram-r/adversarial-detection/pull/76
import torch
from torch import nn


class LayerDensity(nn.Module):
    def __init__(self, layers, components, dim):
        super().__init__()
        self.prototypes = nn.Parameter(torch.randn(layers, components, dim))
        self.log_weights = nn.Parameter(torch.zeros(layers, components))

    def component_scores(self, features):
        products = torch.einsum("bld,lcd->blc", features, self.prototypes)
        return products + self.log_weights

    def layer_scores(self, features):
        scores = self.component_scores(features)
        return torch.logsumexp(scores, dim=2)

    def forward(self, features):
        scores = self.layer_scores(features)
        return scores.sum(dim=1)


if __name__ == "__main__":
    print(LayerDensity(3, 5, 4)(torch.randn(2, 3, 4)))
