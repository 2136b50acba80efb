# Normalisation statistics read from a file were plain attributes: https://github.com/pytorch/audio/pull/2175
import json

import torch


class GlobalStatsNormalization(torch.nn.Module):
    """Subtracts the mean and multiplies by the inverse standard deviation of a data set."""

    def __init__(self, path):
        super().__init__()
        with open(path) as stream:
            blob = json.load(stream)
        self.register_buffer("mean", torch.tensor(blob["mean"]).reshape(1, -1), persistent=False)
        self.register_buffer("invstddev", torch.tensor(blob["invstddev"]).reshape(1, -1), persistent=False)

    def forward(self, features):
        return (features - self.mean) * self.invstddev


class Pipeline(torch.nn.Module):
    def __init__(self, path, dim):
        super().__init__()
        self.normalize = GlobalStatsNormalization(path)
        self.encoder = torch.nn.GRU(dim, dim, batch_first=True)

    def forward(self, features):
        output, _ = self.encoder(self.normalize(features))
        return output
