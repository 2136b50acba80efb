# Adapted from https://github.com/pytorch/pytorch/issues/2403: bytes as labels of a logistic regression.
import torch
from torch import nn


class StochasticLogisticRegression(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(features))
        self.log_sigma = nn.Parameter(torch.full((features,), -2.0))
        self.loss_fn = nn.BCEWithLogitsLoss(reduction="sum")

    def forward(self, x, y):
        w = self.mean + torch.randn_like(self.mean) * self.log_sigma.exp()
        logits = x @ w
        f = self.loss_fn(logits, y)  # expect: TL402
        kl = 0.5 * (self.mean**2 + (2 * self.log_sigma).exp() - 2 * self.log_sigma - 1).sum()
        return f + kl


def make_data(samples, features):
    x = torch.randn(samples, features)
    direction = torch.randn(features)
    y = torch.ge(x @ direction, 0).byte()
    return x, y


def main():
    x, y = make_data(128, 6)
    model = StochasticLogisticRegression(6)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
    for start in range(0, 128, 32):
        optimizer.zero_grad()
        bound = model(x[start : start + 32], y[start : start + 32])
        bound.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
