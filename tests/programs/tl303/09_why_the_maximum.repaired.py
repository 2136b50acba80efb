# Why a maximum is subtracted in log_sum_exp(), and what happens without it: https://github.com/lzx1413/PytorchSSD/issues/22
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, channels, anchors, classes):
        super().__init__()
        self.classes = classes
        self.conv = nn.Conv2d(channels, anchors * classes, 3, padding=1)

    def forward(self, features):
        out = self.conv(features).permute(0, 2, 3, 1).contiguous()
        return out.view(out.size(0), -1, self.classes)


def mining_loss(conf, labels):
    flat = conf.view(-1, conf.size(-1))
    chosen = flat.gather(1, labels.view(-1, 1))
    loss = torch.logsumexp(flat, 1, keepdim=True) - chosen
    return loss.view_as(labels)


if __name__ == "__main__":
    print(mining_loss(Head(3, 2, 4)(torch.randn(1, 3, 4, 4)), torch.randint(4, (1, 32))).mean())
