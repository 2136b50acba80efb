# Convolutions in a list stay on the CPU after cuda(): https://github.com/pytorch/pytorch/issues/1053
import torch as th
import torch.nn.functional as F

WORD_VEC_SIZE = 50


class Net(th.nn.Module):
    def __init__(self, classes):
        super(Net, self).__init__()
        self.conv1d = th.nn.ModuleList([
            th.nn.Conv1d(WORD_VEC_SIZE, 1, 3),
            th.nn.Conv1d(WORD_VEC_SIZE, 1, 4),
            th.nn.Conv1d(WORD_VEC_SIZE, 1, 5),
        ])
        self.out = th.nn.Linear(3, classes)

    def forward(self, words):
        pooled = [F.relu(conv(words)).max(dim=2)[0] for conv in self.conv1d]
        return self.out(th.cat(pooled, dim=1))


def build(classes):
    net = Net(classes)
    net.cuda()
    return net
