# "alternative loss is numerically not stable": pt.log() is -inf where the sigmoid is 0:
# https://github.com/kuangliu/pytorch-retinanet/issues/17
import torch
from torch import nn
from torch.nn import functional as F


class FocalLoss(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes

    def focal_loss_alt(self, x, y):
        alpha = 0.25
        t = F.one_hot(y, 1 + self.num_classes)[:, 1:].float()
        xt = x * (2 * t - 1)
        pt = (2 * xt + 1).sigmoid()
        w = alpha * t + (1 - alpha) * (1 - t)
        loss = -w * pt.log() / 2  # expect: TL304
        return loss.sum()

    def forward(self, scores, labels):
        positive = labels > 0
        number = positive.sum().clamp(min=1)
        kept = labels > -1
        masked = scores[kept].view(-1, self.num_classes)
        return self.focal_loss_alt(masked, labels[kept]) / number


if __name__ == "__main__":
    print(FocalLoss(3)(torch.randn(6, 3), torch.tensor([0, 1, 2, 3, -1, 0])))
