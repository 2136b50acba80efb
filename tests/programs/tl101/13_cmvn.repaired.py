# Mean and variance of features came in through the constructor: https://github.com/k2-fsa/sherpa-ncnn/pull/426
import torch
from torch import nn


class Frontend(nn.Module):
    def __init__(self, neg_mean: torch.Tensor, inv_stddev: torch.Tensor, output_size: int):
        super().__init__()
        self.register_buffer("neg_mean", neg_mean[None, None, :], persistent=False)
        self.register_buffer("inv_stddev", inv_stddev[None, None, :], persistent=False)
        self.embed = nn.Linear(neg_mean.shape[0], output_size)

    def forward(self, xs_pad: torch.Tensor) -> torch.Tensor:
        xs_pad = xs_pad + self.neg_mean
        xs_pad = xs_pad * self.inv_stddev
        return self.embed(xs_pad)


def load_cmvn(path):
    means, scales = [], []
    with open(path) as lines:
        for line in lines:
            fields = line.split()
            if fields[0] == "<AddShift>":
                means = [float(f) for f in fields[1:]]
            elif fields[0] == "<Rescale>":
                scales = [float(f) for f in fields[1:]]
    return torch.tensor(means), torch.tensor(scales)


def build(path):
    neg_mean, inv_stddev = load_cmvn(path)
    return Frontend(neg_mean, inv_stddev, 256)
