# A class that never shows has a sum of probabilities of 0, and its logarithm is NaN:
# https://github.com/summerlvsong/Aggregation-Cross-Entropy/issues/2
import torch
from torch import nn


class SequenceLoss(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes
        self.softmax = nn.LogSoftmax(dim=-1)

    def forward(self, scores, labels):
        steps, batch, _ = scores.shape
        log_probabilities = self.softmax(scores)
        targets = nn.functional.one_hot(labels, self.classes).float()
        counts = targets.sum(1)
        counts = counts / steps
        per_step = (log_probabilities * counts).sum(-1)
        return -per_step.sum() / batch


if __name__ == "__main__":
    print(SequenceLoss(5)(torch.randn(6, 2, 5), torch.randint(5, (2, 3))))
