# A table of patients: the Sequential ends in a linear layer.
import torch
from torch import nn


def build(features):
    return nn.Sequential(nn.Linear(features, 32), nn.ReLU(), nn.Linear(32, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())


def fit(model, x, y, epochs):
    loss_fn = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    history = []
    for _ in range(epochs):
        predictions = model(x)
        predictions = predictions.reshape(-1)
        loss = loss_fn(predictions, y)
        history.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return history


def main(x, y):
    return fit(build(x.shape[1]), x, y.float(), 50)
