# The gate of an attention layer is supervised before it is squashed.
import torch
from torch import nn
from torch.nn import functional as F


class Gated(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gate = nn.Linear(width, 1)
        self.value = nn.Linear(width, width)

    def forward(self, x):
        gate = self.gate(x)
        mixed = torch.sigmoid(gate) * self.value(x)
        return mixed, gate.squeeze(-1)


def losses(model, x, y, relevant):
    mixed, gate = model(x)
    main = F.mse_loss(mixed, y)
    aux = F.binary_cross_entropy(gate, relevant)  # expect: TL405
    return main + 0.1 * aux


def main(batches):
    model = Gated(32)
    optimizer = torch.optim.Adam(model.parameters())
    for x, y, relevant in batches:
        loss = losses(model, x, y, relevant)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
