# A binary focal loss is NaN for a confident and right prediction: 0 * log(sigmoid(-100)):
# https://github.com/kornia/kornia/issues/2115
import torch
from torch import nn


class BinaryFocal(nn.Module):
    def __init__(self, alpha=0.25, gamma=2.0):
        super().__init__()
        self.alpha, self.gamma = alpha, gamma

    def forward(self, logit, target):
        probs_pos = torch.sigmoid(logit)
        probs_neg = torch.sigmoid(-logit)
        weight_pos = self.alpha * probs_neg.pow(self.gamma) * target
        weight_neg = (1 - self.alpha) * probs_pos.pow(self.gamma) * (1.0 - target)
        log_pos = nn.functional.logsigmoid(logit)
        log_neg = nn.functional.logsigmoid(-logit)
        loss = -(weight_pos * log_pos + weight_neg * log_neg)
        return loss.mean()


if __name__ == "__main__":
    print(BinaryFocal()(torch.tensor([100.0, 3.0]), torch.tensor([1.0, 0.0])))
