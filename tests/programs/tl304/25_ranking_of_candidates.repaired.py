# "about the 'NAN' loss during training": the logarithm of the sigmoid of a difference is infinite:
# https://github.com/xiangwang1223/neural_graph_collaborative_filtering/issues/43
import torch
from torch import nn


def bpr(pos_scores, neg_scores):
    difference = pos_scores.unsqueeze(1) - neg_scores
    hardest, _ = nn.functional.logsigmoid(difference).sort(dim=1)
    liked = hardest[:, :2]
    missed = nn.functional.logsigmoid(-difference)
    return -liked.mean(), missed.mean()


class Filtering(nn.Module):
    def __init__(self, nodes, dim):
        super().__init__()
        self.nodes = nn.Embedding(nodes, dim)

    def forward(self, user, item):
        return (self.nodes(user) * self.nodes(item)).sum(-1)


def main():
    model = Filtering(20, 8)
    users = torch.arange(5)
    pos_scores = model(users, users + 5)
    neg_scores = model(users.unsqueeze(1), torch.randint(10, 20, (5, 4)))
    loss, difficulty = bpr(pos_scores, neg_scores)
    loss.backward()
    return loss.item(), difficulty.item()


if __name__ == "__main__":
    print(main())
