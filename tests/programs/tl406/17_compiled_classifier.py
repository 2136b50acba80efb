# The model is compiled, its result goes through softmax in the training loop.
import torch
from torch import nn


class Flat(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        return self.fc(x)


def main(loader):
    model = torch.compile(Flat())
    nll = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in loader:
        scores = model(x)
        normalised = torch.softmax(scores, dim=1)
        normalised = normalised.float()
        loss = nll(normalised, y)  # expect: TL406
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
