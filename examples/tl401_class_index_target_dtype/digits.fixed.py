"""A classifier whose labels come from a table of floats, as read from a CSV file.

cross_entropy takes class indices as integers; the error comes from the loss, far from the table.
"""

import torch
from torch import nn

ROWS = [[5.1, 3.5, 0], [4.9, 3.0, 0], [7.0, 3.2, 1], [6.4, 3.2, 1], [6.3, 3.3, 2], [5.8, 2.7, 2]]


def load():
    table = torch.tensor(ROWS, dtype=torch.float32)
    features = table[:, :2]
    labels = table[:, 2]
    return features, labels


def train(model, features, labels, steps):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        scores = model(features)
        loss = criterion(scores, labels.long())  # expect: TL401
        loss.backward()
        optimizer.step()
    return loss


def main():
    features, labels = load()
    model = nn.Linear(2, 3)
    return {"loss": train(model, features, labels, steps=5), "model": model}


def with_labels_from_a_list():
    features, _ = load()
    labels = torch.tensor([row[2] for row in ROWS])
    model = nn.Linear(2, 3)
    return {"loss": train(model, features, labels, steps=5), "model": model}
