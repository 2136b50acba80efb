# The temperature is exp of a parameter, taken once: it never changes, and the second batch can't go backward.
import math

import torch
from torch import nn
from torch.nn import functional as F


class Contrastive(nn.Module):
    def __init__(self, temperature=0.07):
        super().__init__()
        start = math.log(1 / temperature)
        self.logit_scale = nn.Parameter(torch.ones([]) * start).exp()  # expect: TL103

    def forward(self, images, texts):
        images, texts = F.normalize(images, dim=-1), F.normalize(texts, dim=-1)
        logits = self.logit_scale * images @ texts.t()
        labels = torch.arange(len(images), device=images.device)
        return F.cross_entropy(logits, labels)
