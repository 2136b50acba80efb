# Adapted from https://github.com/jbohnslav/deepethogram/issues/91: class probabilities as int64 in a sequence model.
import torch
from torch import nn
from torch.nn import functional as F


class SequenceModel(nn.Module):
    def __init__(self, features, behaviours):
        super().__init__()
        self.mix = nn.Conv1d(features, 64, 15, padding=7)
        self.score = nn.Conv1d(64, behaviours, 1)
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, x):
        hidden = F.relu(self.mix(x))
        return self.score(hidden)

    def training_step(self, batch, batch_idx):
        outputs = self(batch["features"])
        labels = self.as_channels(batch["labels"], outputs)
        loss = self.criterion(outputs, labels)  # expect: TL401
        return {"loss": loss}

    def as_channels(self, labels, outputs):
        B, behaviours, T = outputs.shape
        hot = torch.zeros((B, behaviours, T), dtype=torch.long, device=outputs.device)
        return hot.scatter_(1, labels.view(B, 1, T), 1)


def fit(dataset, steps):
    model = SequenceModel(512, 7)
    optimizer = torch.optim.Adam(model.parameters())
    for step in range(steps):
        loss = model.training_step(dataset[step], step)["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
