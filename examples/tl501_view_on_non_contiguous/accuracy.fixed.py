"""Evaluation by top-k accuracy, adapted from https://github.com/pytorch/examples/issues/836: it fails for k > 1."""

import torch
from torch import nn


def accuracy(output, target, topk=(1,)):
    """Percentage of samples whose target is among the k largest scores, for each k."""
    with torch.no_grad():
        largest = max(topk)
        batch = target.size(0)
        _, predicted = output.topk(largest, 1, True, True)
        predicted = predicted.t()
        correct = predicted.eq(target.view(1, -1).expand_as(predicted))
        found = []
        for k in topk:
            hits = correct[:k].reshape(-1).float().sum(0)  # expect: TL501
            found.append(hits * 100.0 / batch)
        return found


class Tagger(nn.Module):
    """One score a class for every sequence, from the states of a recurrent network at all times."""

    def __init__(self, features=6, hidden=4, length=5, classes=10):
        super().__init__()
        self.recurrent = nn.GRU(features, hidden, batch_first=True)
        self.drop = nn.Dropout(0.0)
        self.classify = nn.Linear(hidden * length, classes)

    def forward(self, sequences):
        states, _ = self.recurrent(sequences)
        batch, length, hidden = states.shape
        dropped = self.drop(torch.tanh(states))
        return self.classify(dropped.reshape(batch, length * hidden))  # expect: TL501


def main():
    model = Tagger()
    scores = model(torch.randn(8, 5, 6))
    top1, top5 = accuracy(scores, torch.randint(0, 10, (8,)), topk=(1, 5))
    return {"top1": top1, "top5": top5, "scores": scores, "model": model}


def sample_by_sample():
    model = Tagger()
    scores = model(torch.randn(8, 5, 6))
    found = {"top1": 0.0, "top5": 0.0}
    for row, target in zip(scores, torch.randint(0, 10, (8,))):
        better = int((row > row[target]).sum())
        found["top1"] += 100.0 / 8 * (better < 1)
        found["top5"] += 100.0 / 8 * (better < 5)
    return {name: torch.tensor(value) for name, value in found.items()}
