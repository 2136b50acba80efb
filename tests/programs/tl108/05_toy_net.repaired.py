# The smallest case: a module of one dropout, evaluated twice.
# Report: https://github.com/pytorch/pytorch/issues/26338
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()

    def forward(self, x):
        x = F.dropout(x, training=self.training)
        return x


def main():
    net = Net()
    ones = torch.ones(10)
    print(net(ones))
    net.eval()
    print(net(ones))
