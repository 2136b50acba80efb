# "Using softplus instead of logsigmoid in BPR loss is a common practice to avoid NaN loss":
# https://github.com/yuh-yang/KGCL-SIGIR22/issues/15
import torch
from torch import nn


class Recommender(nn.Module):
    def __init__(self, users, items, dim):
        super().__init__()
        self.embed_user = nn.Embedding(users, dim)
        self.embed_item = nn.Embedding(items, dim)
        self.f = nn.Sigmoid()

    def getUsersRating(self, users):
        scores = torch.matmul(self.embed_user(users), self.embed_item.weight.t())
        return self.f(scores)

    def bpr_loss(self, users, pos, neg):
        users_emb = self.embed_user(users)
        pos_scores = (users_emb * self.embed_item(pos)).sum(1)
        neg_scores = (users_emb * self.embed_item(neg)).sum(1)
        self.margin = pos_scores - neg_scores
        return nn.functional.softplus(-self.margin).mean()


if __name__ == "__main__":
    model = Recommender(4, 9, 5)
    print(model.bpr_loss(torch.arange(4), torch.randint(9, (4,)), torch.randint(9, (4,))))
