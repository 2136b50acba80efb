# A loss became a module when its temperature was to be learned; the constructor stayed as it was.
import math

import torch
from torch import nn
from torch.nn import functional as F


class ContrastiveLoss(nn.Module):
    def __init__(self, temperature=0.07, learned=True):
        super().__init__()
        self.learned = learned
        start = math.log(1 / temperature)
        if learned:
            self.scale = nn.Parameter(torch.tensor(start))
        else:
            self.scale = start

    def forward(self, images, texts):
        scale = self.scale.exp() if self.learned else math.exp(self.scale)
        scores = scale * F.normalize(images, dim=-1) @ F.normalize(texts, dim=-1).t()
        labels = torch.arange(scores.shape[0], device=scores.device)
        return (F.cross_entropy(scores, labels) + F.cross_entropy(scores.t(), labels)) / 2
