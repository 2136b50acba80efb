# "Numerical instability and weirdness of the softmax function", about the search for a loss of faces:
# https://github.com/tiandunx/loss_function_search/issues/4
import torch
from torch import nn


class MarginSoftmax(nn.Module):
    def __init__(self, features, classes, margin=0.35):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(features, classes))
        self.margin = margin

    def logits(self, x, label):
        scores = x @ self.weight
        index = torch.zeros_like(scores).scatter_(1, label.view(-1, 1), 1.0)
        return torch.where(index > 0, scores - self.margin, scores)

    def probabilities(self, x, label):
        logits = self.logits(x, label)
        numerator = torch.exp(logits)
        denominator = torch.sum(numerator, dim=1).view(-1, 1)
        return torch.div(numerator, denominator)  # expect: TL301

    def forward(self, x, label):
        p = self.probabilities(x, label)
        chosen = p.gather(1, label.view(-1, 1))
        return (1 - chosen).pow(2).mean()


if __name__ == "__main__":
    print(MarginSoftmax(8, 5)(torch.randn(6, 8), torch.randint(5, (6,))))
