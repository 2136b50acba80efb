# log(1 / (1 + exp(-x))), the form that the stable version of LogSigmoid in PyTorch replaced:
# https://github.com/pytorch/pytorch/pull/2211
import torch
from torch import nn


class Pairs(nn.Module):
    def __init__(self, items, dim):
        super().__init__()
        self.users = nn.Embedding(items, dim)
        self.items = nn.Embedding(items, dim)

    def forward(self, user, better, worse):
        u = self.users(user)
        x_ui = (u * self.items(better)).sum(-1)
        x_uj = (u * self.items(worse)).sum(-1)
        x_uij = x_ui - x_uj
        odds = torch.exp(-x_uij)
        size = u.pow(2).mean()
        ranking = torch.log(1.0 / (1.0 + odds))  # expect: TL304
        return -ranking.mean() + 0.01 * size


if __name__ == "__main__":
    index = torch.arange(4)
    print(Pairs(8, 300)(index, index, index + 4))
