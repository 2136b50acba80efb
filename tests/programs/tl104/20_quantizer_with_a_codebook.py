# A vector quantizer: the codebook is a buffer of its own kind, assigned in the first lines.
import torch
from torch import nn
from torch.nn import functional as F


class Quantizer(nn.Module):
    def __init__(self, codes: int, dim: int, decay: float = 0.99) -> None:
        self.decay = decay
        self.codes = codes
        book = torch.randn(codes, dim)
        self.book = nn.Buffer(F.normalize(book, dim=-1))  # expect: TL104
        self.sizes = nn.Buffer(torch.zeros(codes))
        super().__init__()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        flat = x.flatten(0, -2)
        nearest = torch.cdist(flat, self.book).argmin(-1)
        if self.training:
            counts = F.one_hot(nearest, self.codes).sum(0)
            self.sizes.mul_(self.decay).add_(counts, alpha=1 - self.decay)
        chosen = self.book[nearest].view_as(x)
        return x + (chosen - x).detach()
