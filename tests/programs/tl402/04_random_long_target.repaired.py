# Adapted from https://github.com/pytorch/pytorch/issues/3608: a LongTensor as target of binary_cross_entropy.
import torch
import torch.nn.functional as F
from torch import nn


def fake_clicks(count):
    clicks = torch.FloatTensor(count)
    clicks.random_(2)
    return clicks


def train(steps):
    model = nn.Linear(16, 1)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05)
    history = []
    for step in range(steps):
        features = torch.randn(64, 16)
        target = fake_clicks(64)
        probabilities = torch.sigmoid(model(features)).flatten()
        loss = F.binary_cross_entropy(probabilities, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history


if __name__ == "__main__":
    print(train(100)[-1])
