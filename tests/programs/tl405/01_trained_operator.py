# Adapted from https://github.com/ray-project/ray/issues/17117: a linear model with BCELoss, set up in one method, trained in another.
import torch
import torch.nn as nn


class Operator:
    def __init__(self, config):
        self.setup(config)

    def setup(self, config):
        self.model = nn.Linear(1, 1)
        self.criterion = torch.nn.BCELoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=config.get("lr", 1e-4))

    def train_batch(self, batch):
        features, target = batch
        output = self.model(features)
        loss = self.criterion(output, target)  # expect: TL405
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


def main(loader):
    operator = Operator({"lr": 1e-2})
    return [operator.train_batch(batch) for batch in loader]
