# -x.sigmoid().log().mean() next to binary_cross_entropy(), which have different gradients for large scores:
# https://github.com/pytorch/pytorch/issues/103316
import torch
from torch import nn


def fit(start, steps=3):
    x = nn.Parameter(start.clone())
    optimizer = torch.optim.Adam([x])
    history = []
    for _ in range(steps):
        optimizer.zero_grad()
        xs = x.sigmoid()
        history.append(xs.detach().mean())
        spread = xs.detach().std()
        loss = -xs.log().mean()  # expect: TL304
        loss.backward()
        optimizer.step()
    return x.grad, history, spread


if __name__ == "__main__":
    print(fit(torch.tensor([-200.0, -10.0, 0.0, 5.0])))
