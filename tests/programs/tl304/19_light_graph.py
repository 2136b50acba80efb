# "BPR loss sigmoid vs softplus": the loss of the paper is the logarithm of a sigmoid, which is equal and not as stable:
# https://github.com/gusye1234/LightGCN-PyTorch/issues/37
import torch
from torch import nn


class LightGraph(nn.Module):
    def __init__(self, nodes, dim, layers):
        super().__init__()
        self.embedding = nn.Embedding(nodes, dim)
        self.layers = layers

    def propagate(self, adjacency):
        x = self.embedding.weight
        every = [x]
        for _ in range(self.layers):
            x = adjacency @ x
            every.append(x)
        return torch.stack(every, dim=1).mean(dim=1)

    def bpr_loss(self, adjacency, users, pos, neg):
        nodes = self.propagate(adjacency)
        users_emb, pos_emb, neg_emb = nodes[users], nodes[pos], nodes[neg]
        reg_loss = 0.5 * sum(one.norm(2).pow(2) for one in (users_emb, pos_emb, neg_emb)) / len(users)
        pos_scores = torch.mul(users_emb, pos_emb).sum(dim=1)
        neg_scores = torch.mul(users_emb, neg_emb).sum(dim=1)
        preferred = torch.sigmoid(pos_scores - neg_scores)
        loss = torch.mean(-torch.log(preferred))  # expect: TL304
        return loss, reg_loss


if __name__ == "__main__":
    model = LightGraph(6, 4, 2)
    edges = torch.softmax(torch.randn(6, 6), 1)
    print(model.bpr_loss(edges, torch.tensor([0, 1]), torch.tensor([3, 4]), torch.tensor([5, 2])))
