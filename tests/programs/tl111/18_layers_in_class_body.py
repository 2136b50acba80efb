# Layers in the class body: the optimizer gets an empty list
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    fc1 = nn.Linear(784, 128)  # expect: TL111
    fc2 = nn.Linear(128, 10)  # expect: TL111

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(x)


def train(loader):
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for x, y in loader:
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()
    return net
