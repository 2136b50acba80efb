# An epsilon in the logarithm of a ranking loss, added to avoid NaN:
# https://github.com/NTMC-Community/MatchZoo/pull/779
import torch
from torch import nn
from torch.nn import functional as F


class RankCrossEntropyLoss(nn.Module):
    def __init__(self, num_neg=1):
        super().__init__()
        self.num_neg = num_neg

    def forward(self, y_pred, y_true):
        logits = y_pred[:: (self.num_neg + 1), :]
        labels = y_true[:: (self.num_neg + 1), :]
        for neg_idx in range(self.num_neg):
            neg_logits = y_pred[(neg_idx + 1) :: (self.num_neg + 1), :]
            neg_labels = y_true[(neg_idx + 1) :: (self.num_neg + 1), :]
            logits = torch.cat((logits, neg_logits), dim=-1)
            labels = torch.cat((labels, neg_labels), dim=-1)
        return -torch.mean(torch.sum(labels * F.log_softmax(logits, dim=-1), dim=-1))


if __name__ == "__main__":
    loss = RankCrossEntropyLoss(num_neg=2)
    print(loss(torch.randn(9, 1), torch.tensor([1.0, 0.0, 0.0] * 3).unsqueeze(1)))
