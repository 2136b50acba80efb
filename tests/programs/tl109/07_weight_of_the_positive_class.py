# The weight of a loss is registered as the number that the configuration holds: https://github.com/ludwig-ai/ludwig/pull/1737
import torch
from torch import nn
from torch.nn import functional as F


class WeightedLoss(nn.Module):
    def __init__(self, smoothing=0.0):
        super().__init__()
        self.smoothing = smoothing
        weight = 1
        self.register_buffer("pos_weight", weight)  # expect: TL109

    def forward(self, scores, targets):
        targets = targets.float() * (1 - self.smoothing) + 0.5 * self.smoothing
        return F.binary_cross_entropy_with_logits(scores, targets, pos_weight=self.pos_weight)
