"""A small regression network whose hidden width is known from the input only, so its head is made when it's needed.

After reports of layers in forward that never learn: https://github.com/pytorch/pytorch/issues/1291 and
https://github.com/graykode/nlp-tutorial/issues/29
"""

import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.stem = nn.Linear(dim, hidden)
        self.head = nn.Linear(hidden, 1)
        self.act = nn.Tanh()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.act(self.stem(x))
        hidden = hidden.flatten(1)
        return self.head(hidden).squeeze(-1)


def main() -> dict[str, object]:
    """How far two evaluations of one input are from each other."""
    torch.manual_seed(0)
    model = Regressor(4, 8).eval()
    x = torch.randn(16, 4)
    return {"spread": float((model(x) - model(x)).abs().max()), "model": model}


def train() -> dict[str, object]:
    """The mean square error that training ends with."""
    torch.manual_seed(0)
    model = Regressor(4, 8)
    x = torch.randn(64, 4)
    target = x[:, 0] - x[:, 1]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(300):
        optimizer.zero_grad()
        loss = (model(x) - target).square().mean()
        loss.backward()
        optimizer.step()
    return {"error": float(loss)}
