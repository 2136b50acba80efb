# A loss keeps the weights that it's given: https://github.com/HazyResearch/metal/pull/97
from typing import Optional

import torch
import torch.nn as nn
import torch.nn.functional as F


class SoftCrossEntropyLoss(nn.Module):
    """Cross-entropy against probabilities, with weights for the classes."""

    def __init__(self, weight: Optional[torch.Tensor] = None, reduction: str = "mean"):
        super().__init__()
        assert weight is None or isinstance(weight, torch.Tensor)
        self.register_buffer("weight", None)
        if weight is not None:
            self.weight = torch.Tensor(weight).reshape(1, -1)
        self.reduction = reduction

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        losses = -F.log_softmax(input, dim=1) * target
        if self.weight is not None:
            losses = losses * self.weight
        losses = losses.sum(dim=1)
        return losses.mean() if self.reduction == "mean" else losses.sum()
