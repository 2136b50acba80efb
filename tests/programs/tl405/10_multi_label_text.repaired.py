# Many labels for one text; the model of the file is wrapped for several devices.
import torch
from torch import nn


class Labels(nn.Module):
    def __init__(self, vocabulary, size, labels):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocabulary, size)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(size, labels)

    def forward(self, ids):
        x = self.embedding(ids)
        x = self.dropout(x)
        return self.classifier(x)


class Learner:
    def __init__(self, model, loss):
        self.model = nn.DataParallel(model)
        self.loss = loss
        self.optimizer = torch.optim.Adam(model.parameters())

    def epoch(self, loader):
        for ids, labels in loader:
            outputs = self.model(ids)
            loss = self.loss(outputs, labels.float())
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


def main(loader):
    Learner(Labels(30000, 100, 90), nn.BCEWithLogitsLoss(reduction="mean")).epoch(loader)
