# Adapted from https://github.com/dragen1860/MAML-Pytorch/issues/45: int32 labels out of numpy reach the inner loss.
import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F


class Episodes:
    def __init__(self, images, ways, shots):
        self.images, self.ways, self.shots = images, ways, shots

    def support(self):
        picks = np.random.choice(len(self.images), self.ways, False)
        xs = np.stack([self.images[p][: self.shots] for p in picks]).astype(np.float32)
        ys = np.repeat(np.arange(self.ways), self.shots).astype(np.int32)
        return torch.from_numpy(xs.reshape(self.ways * self.shots, -1)), torch.from_numpy(ys)


class Learner(nn.Module):
    def __init__(self, features, ways):
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(ways, features)), nn.Parameter(torch.zeros(ways))])

    def forward(self, x, weights=None):
        weight, bias = self.weights if weights is None else weights
        return F.linear(x, weight, bias)


def adapt(learner, episodes, steps, rate):
    x_spt, y_spt = episodes.support()
    fast = list(learner.parameters())
    for _ in range(steps):
        logits = learner(x_spt, fast)
        loss = F.cross_entropy(logits, y_spt)  # expect: TL401
        grads = torch.autograd.grad(loss, fast)
        fast = [w - rate * g for w, g in zip(fast, grads)]
    return fast


def main(images):
    episodes = Episodes(images, ways=5, shots=1)
    return adapt(Learner(784, 5), episodes, 5, 0.4)
