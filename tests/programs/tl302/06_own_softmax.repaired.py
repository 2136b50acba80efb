# A model with a softmax of its own in front of the logarithm gave NaN losses; the repair was nn.LogSoftmax:
# https://github.com/bowang-lab/Transformer-GCN-QA/pull/22
import torch
from torch import nn


class Reader(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.query = nn.Linear(dim, dim)
        self.candidates = nn.Linear(dim, dim)

    def forward(self, query, candidates):
        q = self.query(query).unsqueeze(2)
        c = self.candidates(candidates)
        scores = torch.bmm(c, q).squeeze(2)
        return torch.log_softmax(scores, dim=1)


if __name__ == "__main__":
    model = Reader(8)
    print(nn.functional.nll_loss(model(torch.randn(2, 8), torch.randn(2, 5, 8)), torch.tensor([0, 4])))
