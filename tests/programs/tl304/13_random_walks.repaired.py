# The loss of node2vec, with a small number inside of the logarithm, asked about for its parts in
# https://github.com/AntonioLonga/PytorchGeometricTutorial/issues/14
import torch
from torch import nn

EPS = 1e-15


class Walks(nn.Module):
    def __init__(self, nodes, dim):
        super().__init__()
        self.embedding = nn.Embedding(nodes, dim)

    def scores(self, walk):
        start, rest = walk[:, 0], walk[:, 1:].contiguous()
        h_start = self.embedding(start).view(walk.size(0), 1, -1)
        h_rest = self.embedding(rest.view(-1)).view(walk.size(0), -1, h_start.size(-1))
        return (h_start * h_rest).sum(dim=-1).view(-1)

    def loss(self, pos_walk, neg_walk):
        out = self.scores(pos_walk)
        pos_loss = -nn.functional.logsigmoid(out).mean()
        out = self.scores(neg_walk)
        neg_loss = -nn.functional.logsigmoid(-out).mean()
        return pos_loss + neg_loss


if __name__ == "__main__":
    print(Walks(10, 8).loss(torch.randint(10, (4, 5)), torch.randint(10, (4, 5))))
