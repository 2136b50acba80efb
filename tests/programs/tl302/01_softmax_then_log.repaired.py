# "SoftMax + Log" gives -inf where LogSoftMax gives -13: https://github.com/torch/nn/issues/804
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, inputs, hidden, classes):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.output = nn.Linear(hidden, classes)
        self.squash = nn.LogSoftmax(dim=1)

    def forward(self, x):
        h = torch.relu(self.hidden(x))
        scores = self.output(h)
        return self.squash(scores)


def train(batches, lr=0.1):
    model = Net(3, 8, 2)
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for x, y in batches:
        optimizer.zero_grad()
        probabilities = model(x)
        loss = criterion(probabilities, y)
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    train([(torch.randn(4, 3), torch.randint(2, (4,)))])
