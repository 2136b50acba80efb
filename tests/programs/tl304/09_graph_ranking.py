# The BPR loss of a recommender on a graph; NaN until a sigmoid was put before the logarithm, infinite after:
# https://github.com/tanatosuu/GDE/pull/2
import torch
from torch import nn


class Recommender(nn.Module):
    def __init__(self, users, items, dim, decay):
        super().__init__()
        self.users = nn.Parameter(torch.randn(users, dim))
        self.items = nn.Parameter(torch.randn(items, dim))
        self.decay = decay

    def forward(self, u, p, n, propagate):
        final_user, final_pos, final_neg = propagate @ self.users[u], self.items[p], self.items[n]
        out = (final_user * final_pos).sum(1) - (final_user * final_neg).sum(1)
        out = out.sigmoid()
        squares = self.users[u].pow(2).sum() + self.items[p].pow(2).sum()
        regularisation = self.decay * squares
        return (-torch.log(out).sum() + regularisation) / len(u)  # expect: TL304


if __name__ == "__main__":
    index = torch.arange(4)
    print(Recommender(5, 9, 16, 0.01)(index, index, index + 4, torch.eye(4)))
