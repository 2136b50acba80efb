# Mean and deviation of the labels must be on the GPU of the replica:
# https://github.com/seyonechithrananda/bert-loves-chemistry/pull/15
import torch
import torch.nn as nn
from torch.nn import MSELoss


class RegressionHead(nn.Module):
    def __init__(self, hidden, outputs):
        super().__init__()
        self.dense = nn.Linear(hidden, hidden)
        self.out_proj = nn.Linear(hidden, outputs)

    def forward(self, features):
        return self.out_proj(torch.tanh(self.dense(features)))


class MultitaskRegression(nn.Module):
    def __init__(self, hidden, config):
        super().__init__()
        self.norm_mean = torch.tensor(config.norm_mean).reshape(1, -1)  # expect: TL101
        std = torch.tensor([x if x != 0 else 1.0 for x in config.norm_std])
        self.norm_std = std  # expect: TL101
        self.head = RegressionHead(hidden, config.num_labels)

    def normalize(self, labels):
        return (labels - self.norm_mean) / self.norm_std

    def forward(self, features, labels=None):
        logits = self.head(features)
        if labels is None:
            return logits * self.norm_std + self.norm_mean
        return MSELoss()(logits, self.normalize(labels))
