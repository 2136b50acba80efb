# The criterion is built by a helper and handed around with the model.
import torch
from torch import nn


def make_model(width):
    return nn.Sequential(nn.Flatten(), nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, 1))


def make_criterion(positive_rate):
    weight = torch.tensor([(1 - positive_rate) / positive_rate])
    return nn.BCEWithLogitsLoss(pos_weight=weight)


def evaluate(model, loader, criterion):
    total = 0.0
    with torch.no_grad():
        for x, y in loader:
            total += criterion(model(x), y).item()
    return total


def fit(model, train_loader, valid_loader, criterion):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(20):
        for x, y in train_loader:
            output = model(x)
            loss = criterion(output, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(evaluate(model, valid_loader, criterion))


def main(train_loader, valid_loader):
    fit(make_model(784), train_loader, valid_loader, make_criterion(0.1))
