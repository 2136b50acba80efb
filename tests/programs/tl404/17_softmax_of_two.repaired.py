# Two classes as one-hot labels, through a softmax and a binary loss.
import torch
from torch import nn


class TwoClasses(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 2)

    def forward(self, x):
        x = self.fc(x)
        return x


def main(loader):
    model = TwoClasses(30)
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.RMSprop(model.parameters())
    for x, y in loader:
        one_hot = nn.functional.one_hot(y, 2).float()
        prediction = model(x)
        loss = criterion(prediction, one_hot)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
