# The running average of a vector quantiser.
import torch
from torch import nn
from torch.nn import functional as F


class Quantizer(nn.Module):
    def __init__(self, codes, dim, decay=0.99):
        super().__init__()
        self.decay = decay
        codebook = torch.randn(codes, dim)
        self.codebook = nn.Parameter(codebook, requires_grad=False)
        self.counts = nn.Parameter(torch.ones(codes), requires_grad=False)

    def forward(self, x):
        indices = torch.cdist(x, self.codebook).argmin(dim=1)
        if self.training:
            hot = F.one_hot(indices, len(self.codebook)).float()
            self.counts = self.decay * self.counts + (1 - self.decay) * hot.sum(dim=0)  # expect: TL109
            means = hot.t() @ x / self.counts[:, None]
            self.codebook = self.decay * self.codebook + (1 - self.decay) * means  # expect: TL109
        return self.codebook[indices]
