# A Bayesian personalised ranking loss for links, given as log(1 / (1 + exp(-x))) in its documentation:
# https://github.com/awslabs/graphstorm/pull/1149
import torch
from torch import nn


class LinkDecoder(nn.Module):
    def __init__(self, relations, dim):
        super().__init__()
        self.relation = nn.Embedding(relations, dim)

    def forward(self, source, target, kind):
        return (source * self.relation(kind) * target).sum(-1)


class BPRLoss(nn.Module):
    def forward(self, pos_score, neg_score, weight=None):
        losses = []
        for edge_type, pos in pos_score.items():
            neg = neg_score[edge_type]
            distance = pos.unsqueeze(1) - neg.reshape(pos.shape[0], -1)
            loss = -nn.functional.logsigmoid(distance).mean(dim=1)
            if weight is not None:
                loss = loss * weight[edge_type]
            losses.append(loss)
        return torch.cat(losses).mean()


if __name__ == "__main__":
    decoder = LinkDecoder(2, 8)
    likes = decoder(torch.randn(5, 8), torch.randn(5, 8), torch.zeros(5).long())
    other = decoder(torch.randn(20, 8), torch.randn(20, 8), torch.zeros(20).long())
    print(BPRLoss()({"likes": likes}, {"likes": other}))
