# Adapted from https://github.com/ariecattan/SciCo/issues/2: only the validation step hands probabilities to the loss.
import torch
import torch.nn.functional as F
from torch import nn


class PairScorer(nn.Module):
    def __init__(self, width, relations):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.classifier = nn.Linear(width, relations)

    def forward(self, pairs):
        return self.classifier(F.relu(self.linear(pairs)))


class MultiClass:
    def __init__(self, width, weights):
        self.model = PairScorer(width, 4)
        self.criterion = nn.CrossEntropyLoss(weight=weights)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-5)

    def training_step(self, batch):
        x, y = batch
        scores = self.model(x)
        loss = self.criterion(scores, y)
        loss.backward()
        self.optimizer.step()

    def validation_step(self, batch):
        x, y = batch
        y_hat = self.model(x)
        y_hat = torch.softmax(y_hat, dim=1)
        correct = (y_hat.argmax(dim=1) == y).sum()
        loss = F.nll_loss(y_hat.clamp(min=1e-9).log(), y)
        return {"val_loss": loss, "correct": correct}
