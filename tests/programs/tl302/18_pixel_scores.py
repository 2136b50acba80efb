# NaN in the loss of a network that labels pixels; compared are log_softmax and the logarithm of a softmax:
# https://github.com/pytorch/pytorch/issues/795
import torch
from torch import nn
import torch.nn.functional as F


class FCN(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.score = nn.Conv2d(8, classes, 1)
        self.up = nn.ConvTranspose2d(classes, classes, 4, stride=2, padding=1)

    def forward(self, x):
        return self.up(self.score(torch.relu(self.down(x))))


def cross_entropy_2d(score, target, ignore_index=-1):
    n, c, h, w = score.size()
    probability = F.softmax(score, dim=1)
    probability = probability.permute(0, 2, 3, 1).reshape(-1, c)
    target = target.reshape(-1)
    valid = target != ignore_index
    log_p = torch.log(probability[valid] + 1e-8)  # expect: TL302
    picked = log_p.gather(1, target[valid].unsqueeze(1))
    return -picked.sum() / valid.sum()


if __name__ == "__main__":
    labels = torch.randint(-1, 5, (2, 8, 8))
    cross_entropy_2d(FCN(5)(torch.rand(2, 3, 8, 8)), labels).backward()
