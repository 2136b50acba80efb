# The normaliser of a CRF and why it is summed at each step: https://github.com/kmkurn/pytorch-crf/issues/30
import torch
from torch import nn


class Normaliser(nn.Module):
    def __init__(self, tags):
        super().__init__()
        self.start = nn.Parameter(torch.zeros(tags))
        self.end = nn.Parameter(torch.zeros(tags))
        self.transitions = nn.Parameter(torch.randn(tags, tags))

    def forward(self, emissions, mask):
        score = self.start + emissions[0]
        for i in range(1, len(emissions)):
            next_score = score.unsqueeze(2) + self.transitions + emissions[i].unsqueeze(1)
            next_score = torch.logsumexp(next_score, dim=1)
            score = torch.where(mask[i].unsqueeze(1), next_score, score)
        score = score + self.end
        return torch.logsumexp(score, dim=1)


if __name__ == "__main__":
    print(Normaliser(3)(torch.randn(90, 2, 3), torch.ones(90, 2, dtype=torch.bool)))
