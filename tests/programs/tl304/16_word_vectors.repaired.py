# Overflow in the logarithm of the sigmoid, met in a model like word2vec:
# https://github.com/pytorch/pytorch/issues/1835
import torch
from torch import nn


def log_sigmoid(x):
    return nn.functional.logsigmoid(x)


class SkipGram(nn.Module):
    def __init__(self, words, dim):
        super().__init__()
        self.inputs = nn.Embedding(words, dim)
        self.outputs = nn.Embedding(words, dim)

    def forward(self, centre, context, noise):
        v = self.inputs(centre)
        positive = (self.outputs(context) * v).sum(1)
        negative = torch.bmm(self.outputs(noise), v.unsqueeze(2)).squeeze(2)
        gain = log_sigmoid(positive)
        loss = log_sigmoid(-negative).sum(1)
        return -(gain + loss).mean()


if __name__ == "__main__":
    model = SkipGram(30, 8)
    print(model(torch.randint(30, (4,)), torch.randint(30, (4,)), torch.randint(30, (4, 5))))
