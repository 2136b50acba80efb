# The InfoNCE loss of embeddings of behaviour, compared with logsumexp in
# https://github.com/AdaptiveMotorControlLab/CEBRA/issues/48
import torch
from torch import nn


class InfoNCE(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_temperature = nn.Parameter(torch.tensor(0.0))

    def _score(self, reference, positive, negative):
        temperature = self.log_temperature.exp()
        pos = torch.einsum("ni,ni->n", reference, positive) / temperature
        neg = torch.einsum("ni,mi->nm", reference, negative) / temperature
        return pos, neg

    def forward(self, reference, positive, negative):
        pos, neg = self._score(reference, positive, negative)
        align = (-pos).mean()
        uniform = torch.logsumexp(neg, dim=1).mean()
        return align + uniform, align, uniform


if __name__ == "__main__":
    encoder = nn.Linear(6, 4)
    batch = [encoder(torch.randn(8, 6)) for _ in range(3)]
    print(InfoNCE()(*batch))
