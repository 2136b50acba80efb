# "A question about BCE loss function?": the 1e-10 that is there because the logarithm of 0 is no number:
# https://github.com/weitianxin/MACR/issues/1
import torch
from torch import nn


class MatrixFactorisation(nn.Module):
    def __init__(self, users, items, dim):
        super().__init__()
        self.users = nn.Embedding(users, dim)
        self.items = nn.Embedding(items, dim)
        self.sigmoid = nn.Sigmoid()

    def score(self, users, items):
        return (self.users(users) * self.items(items)).sum(-1)

    def bce(self, users, positive, negative):
        pos_scores = self.score(users, positive)
        neg_scores = self.score(users, negative)
        pos_probability = self.sigmoid(pos_scores)
        neg_probability = self.sigmoid(neg_scores)
        clicked = torch.log(pos_probability + 1e-10)  # expect: TL304
        ignored = torch.log(1 - neg_probability + 1e-10)  # expect: TL304
        return torch.mean(-clicked - ignored)


if __name__ == "__main__":
    model = MatrixFactorisation(5, 9, 4)
    print(model.bce(torch.arange(5), torch.randint(9, (5,)), torch.randint(9, (5,))))
