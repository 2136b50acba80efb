# A network from a tutorial whose Sequential is put together in a list; the loss takes probabilities.
import torch
from torch import nn


class Plants(nn.Module):
    def __init__(self, sizes, classes):
        super().__init__()
        layers = []
        for before, after in zip(sizes, sizes[1:]):
            layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(0.3)]
        layers.append(nn.Linear(sizes[-1], classes))
        layers.append(nn.Softmax(dim=1))
        self.classifier = nn.Sequential(*layers)

    def forward(self, features):
        return self.classifier(features.flatten(1))


def fit(epochs, model, train_loader, criterion, optimizer):
    history = []
    for _ in range(epochs):
        for features, labels in train_loader:
            out = model(features)
            loss = criterion(out, labels)  # expect: TL403
            history.append(loss.item())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    return history


def main(train_loader):
    model = Plants((512, 256, 64), 38)
    return fit(10, model, train_loader, nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters()))
