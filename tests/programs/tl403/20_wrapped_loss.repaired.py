# A loss class that balances two terms: the classifier's output is a sigmoid for each class.
import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self, width, tags):
        super().__init__()
        self.lstm = nn.LSTM(width, 64, bidirectional=True, batch_first=True)
        self.tags = nn.Linear(128, tags)

    def forward(self, x):
        output, _ = self.lstm(x)
        emissions = self.tags(output[:, -1])
        return emissions


class Balanced(nn.Module):
    def __init__(self, weights, decay):
        super().__init__()
        self.ce = nn.CrossEntropyLoss(weight=weights)
        self.decay = decay

    def forward(self, prediction, tags, parameters):
        data = self.ce(prediction, tags)
        return data + self.decay * sum(one.pow(2).sum() for one in parameters)


def main(batches, weights):
    tagger = Tagger(50, 9)
    criterion = Balanced(weights, 1e-4)
    optimizer = torch.optim.Adagrad(tagger.parameters())
    for x, tags in batches:
        loss = criterion(tagger(x), tags, tagger.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
