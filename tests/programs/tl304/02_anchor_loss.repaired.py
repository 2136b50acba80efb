# A focal kind of loss gave NaN from log(sigmoid), until the functions of PyTorch were used:
# https://github.com/slryou41/AnchorLoss/issues/2
import torch
from torch import nn


class AnchorLoss(nn.Module):
    def __init__(self, gamma=0.5, slack=0.05):
        super().__init__()
        self.gamma = gamma
        self.slack = slack
        self.sigmoid = nn.Sigmoid()

    def forward(self, scores, target):
        one_hot = torch.zeros_like(scores).scatter_(1, target.view(-1, 1), 1)
        pt = self.sigmoid(scores)
        anchor = (pt * one_hot).sum(1, keepdim=True).detach() - self.slack
        weight = (1 + pt.detach() - anchor).clamp(min=0).pow(self.gamma)
        logpt = nn.functional.logsigmoid(scores)
        logpt_neg = nn.functional.logsigmoid(-scores)
        return -(one_hot * logpt + (1 - one_hot) * weight * logpt_neg).mean()


if __name__ == "__main__":
    print(AnchorLoss()(30 * torch.randn(4, 5), torch.randint(5, (4,))))
