# The confidence loss of a detector is infinite for large scores, as with the plain form discussed in
# https://github.com/amdegroot/ssd.pytorch/issues/203
import torch
from torch import nn


def log_sum_exp(x):
    return torch.logsumexp(x, 1, keepdim=True)


class ConfidenceLoss(nn.Module):
    def __init__(self, classes, negatives_per_positive=3):
        super().__init__()
        self.classes = classes
        self.ratio = negatives_per_positive

    def forward(self, confidence, targets):
        batch = confidence.size(0)
        flat = confidence.view(-1, self.classes)
        loss = log_sum_exp(flat) - flat.gather(1, targets.view(-1, 1))
        loss = loss.view(batch, -1)
        positive = targets > 0
        loss = loss.masked_fill(positive, 0)
        order = loss.argsort(1, descending=True).argsort(1)
        count = (self.ratio * positive.sum(1, keepdim=True)).clamp(max=positive.size(1) - 1)
        return loss[order < count].sum()


if __name__ == "__main__":
    print(ConfidenceLoss(4)(100 * torch.randn(2, 10, 4), torch.randint(4, (2, 10))))
