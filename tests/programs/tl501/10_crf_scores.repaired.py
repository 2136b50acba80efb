# A CRF layer selects previous tags through an expanded mask: https://github.com/LiyuanLucasLiu/LM-LSTM-CRF/issues/12
import torch
from torch import nn


class Scorer(nn.Module):
    def __init__(self, hidden, tags):
        super().__init__()
        self.tags = tags
        self.emission = nn.Linear(hidden, tags)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))

    def forward(self, features, mask):
        length, batch, _ = features.size()
        emissions = self.emission(features)
        partition = emissions[0] + self.transitions[0]
        for step in range(1, length):
            current = partition.unsqueeze(2) + self.transitions + emissions[step].unsqueeze(1)
            updated = current.logsumexp(1)
            keep = mask[step].view(batch, 1).expand(batch, self.tags)
            partition = torch.where(keep, updated, partition)
        ends = torch.zeros(batch, 1).expand(batch, self.tags)
        doubled = ends.reshape(batch * self.tags)
        return partition.logsumexp(1) + doubled.sum()


if __name__ == "__main__":
    scorer = Scorer(6, 4)
    print(scorer(torch.randn(5, 3, 6), torch.ones(5, 3, dtype=torch.bool)))
