"""A learnable scale that isn't a parameter, adapted from https://github.com/SimonThomine/RememberingNormality/issues/7.

torchlint has no fix for it: whether the tensor should be trained is for its author to say. It was repaired by hand.
"""

import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.project = nn.Linear(dim, dim)
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return self.project(x) * self.gamma


def main():
    model = Scale(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    start = model.gamma.detach().clone()
    inputs, target = torch.randn(16, 4), torch.full((16, 4), 3.0)
    for _ in range(20):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs), target).backward()
        optimizer.step()
    moved = float((model.gamma.detach() - start).abs().max())
    return {"model": model, "inputs": inputs, "untrained": float(moved == 0.0)}
