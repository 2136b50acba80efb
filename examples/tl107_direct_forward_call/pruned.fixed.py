"""Fine-tuning a pruned network.

Pruning masks a weight in a hook that runs before `forward`. A classifier that calls `forward` of its encoder by hand keeps the
weight that was masked once: the second training step goes backward through the first one's graph.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils import prune


class Encoder(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.project = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.project(x))  # expect: TL107


class Classifier(nn.Module):
    def __init__(self, dim: int, classes: int):
        super().__init__()
        self.encoder = Encoder(dim)
        self.head = nn.Linear(dim, classes)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.encoder(x)
        return self.head(hidden)


def main():
    model = Classifier(6, 3)
    prune.l1_unstructured(model.encoder.project, "weight", amount=0.5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(8, 6), torch.arange(8) % 3
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return {"losses": torch.stack(losses)}
