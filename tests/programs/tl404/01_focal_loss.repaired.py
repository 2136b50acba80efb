# Adapted from https://github.com/itakurah/focal-loss-pytorch/pull/5: probabilities go on to the loss with logits.
import torch
import torch.nn as nn
import torch.nn.functional as F


class FocalLoss(nn.Module):
    def __init__(self, gamma=2, alpha=None, reduction="mean"):
        super().__init__()
        self.gamma = gamma
        self.alpha = alpha
        self.reduction = reduction

    def forward(self, inputs, targets):
        probs = torch.sigmoid(inputs)
        targets = targets.float()
        p_t = probs * targets + (1 - probs) * (1 - targets)
        focal_weight = (1 - p_t) ** self.gamma
        bce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
        loss = focal_weight * bce_loss
        return loss.mean() if self.reduction == "mean" else loss
