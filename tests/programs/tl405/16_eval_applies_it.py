# The sigmoid is only applied where predictions are counted.
import torch
from torch import nn


class Spam(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.linear = nn.Linear(words, 1)

    def forward(self, counts):
        return self.linear(counts)


def accuracy(model, x, y):
    with torch.no_grad():
        probability = torch.sigmoid(model(x)).view(-1)
    return ((probability > 0.5) == y.bool()).float().mean()


def train(model, x, y, epochs):
    criterion = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(epochs):
        outputs = model(x).view(-1)
        loss = criterion(outputs, y.float())  # expect: TL405
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return accuracy(model, x, y)


def main(x, y):
    return train(Spam(x.shape[1]), x, y, 100)
