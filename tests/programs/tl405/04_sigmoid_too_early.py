# Adapted from https://github.com/Blealtan/efficient-kan/issues/41: there is a sigmoid in the network, but not at its end.
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(widths, widths[1:])])
        self.activation = nn.Sigmoid()
        self.last = nn.Linear(widths[-1], 1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            x = self.activation(x)
        return self.last(x)


def train(loader, device):
    model = Network([20, 64, 16]).to(device)
    criterion = nn.BCELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for x, y in loader:
        optimizer.zero_grad()
        output = model(x.to(device))
        output = output.squeeze(-1)
        loss = criterion(output, y.to(device).float())  # expect: TL405
        loss.backward()
        optimizer.step()
