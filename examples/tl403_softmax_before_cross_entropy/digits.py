"""The softmax is the last layer of the network, the loss in another function. Repaired by hand: predictions apply it."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.hidden = nn.Linear(features, 64)
        self.output = nn.Sequential(nn.Linear(64, classes), nn.Softmax(dim=1))

    def forward(self, images):
        x = torch.relu(self.hidden(images.flatten(1)))
        return self.output(x)


def train(model, batches, criterion, epochs):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        for images, digits in batches:
            predictions = model(images)
            loss = criterion(predictions, digits)  # expect: TL403
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def predict(model, images):
    return model(images)


def main():
    digits = torch.arange(10).repeat(20)
    images = torch.randn(10, 8, 8)[digits] + 0.3 * torch.randn(200, 8, 8)
    model = Network(64, 10)
    train(model, [(images[:100], digits[:100]), (images[100:], digits[100:])], nn.CrossEntropyLoss(), 20)
    probabilities = predict(model, images)
    assert torch.allclose(probabilities.sum(1), torch.ones(200))
    return {"error": 1 - probabilities.gather(1, digits[:, None]).mean()}
