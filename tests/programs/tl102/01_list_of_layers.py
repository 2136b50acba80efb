# A list of layers is not in the module's parameters: https://github.com/pytorch/pytorch/issues/666
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, num_layers):
        super(Net, self).__init__()
        self.layer = nn.Linear(1, 1)
        self.list_of_layers = [nn.Linear(1, 1) for i in range(num_layers)]  # expect: TL102

    def forward(self, x):
        x = self.layer(x)
        for layer in self.list_of_layers:
            x = torch.tanh(layer(x))
        return x


def train(x, y):
    net = Net(4)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(100):
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return net
