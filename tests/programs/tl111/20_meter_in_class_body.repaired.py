# All meters add to one tensor
import torch
import torch.nn.functional as F


class Meter:
    names = ("loss", "accuracy", "precision", "recall")

    def __init__(self, name):
        self.name = name
        self.steps = 0
        self.total = torch.zeros(4)

    def update(self, values):
        self.total += values
        self.steps += 1

    def mean(self):
        return self.total / max(self.steps, 1)


def run(model, loaders):
    meters = {name: Meter(name) for name in loaders}
    for name, loader in loaders.items():
        for x, y in loader:
            scores = model(x)
            meters[name].update(torch.stack([F.cross_entropy(scores, y), *scores.detach().std(0)[:3]]))
    return {name: meter.mean() for name, meter in meters.items()}
