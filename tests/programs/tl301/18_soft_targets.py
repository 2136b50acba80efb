# "If you try to compute softmax() yourself" you get inf and nan that pollute the parameters:
# https://discuss.pytorch.org/t/calculate-loss-between-a-target-in-one-hot-encoded-with-class-probabilities/180148
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inputs, 32), nn.Linear(32, classes)])

    def forward(self, x):
        x = torch.relu(self.layers[0](x))
        return self.layers[1](x)


def overlap_loss(output, target, eps=1e-7):
    unnormalised = output.exp()
    normaliser = unnormalised.sum(1, keepdim=True) + eps
    hits = target.sum(1)
    predicted = unnormalised / normaliser  # expect: TL301
    overlap = (predicted * target).sum(1) / hits
    return 1 - overlap.mean()


def fit(model, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, target in batches:
        loss = overlap_loss(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    fit(Net(4, 3), [(torch.randn(6, 4), torch.eye(3)[torch.randint(3, (6,))]) for _ in range(3)])
