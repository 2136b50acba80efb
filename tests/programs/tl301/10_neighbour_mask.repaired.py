# The exponential of a masked entry overflows, and infinity times the mask's 0 is NaN for the whole neighbourhood:
# https://github.com/deepmodeling/deepmd-kit/pull/5715
import torch
from torch import nn


def masked_softmax(data, mask):
    return torch.softmax(data.masked_fill(~mask, -1e9), dim=-1)


class NeighbourAttention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.score = nn.Linear(dim, 1)
        self.embed = nn.Linear(dim, dim)

    def forward(self, neighbours, mask):
        scores = self.score(neighbours).squeeze(-1)
        weights = masked_softmax(scores, mask)
        return torch.einsum("an,and->ad", weights, self.embed(neighbours))


if __name__ == "__main__":
    mask = torch.arange(6) < torch.tensor([[3], [6]])
    print(NeighbourAttention(8)(torch.randn(2, 6, 8), mask).shape)
