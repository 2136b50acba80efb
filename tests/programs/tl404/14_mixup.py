# Mixed labels between 0 and 1, and a prediction that was squashed when the model was asked.
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, width, labels):
        super().__init__()
        self.hidden = nn.Linear(width, 200)
        self.out = nn.Linear(200, labels)

    def forward(self, x):
        return self.out(F.gelu(self.hidden(x)))


def predict(net, x):
    return torch.sigmoid(net(x))


def mixed(net, x, y, strength):
    share = torch.distributions.Beta(strength, strength).sample()
    order = torch.randperm(len(x))
    inputs = share * x + (1 - share) * x[order]
    targets = share * y + (1 - share) * y[order]
    guess = predict(net, inputs)
    return F.binary_cross_entropy_with_logits(guess, targets)  # expect: TL404
