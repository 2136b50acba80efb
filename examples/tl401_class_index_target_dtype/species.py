"""A small classifier of measured flowers. The species are stored as 32-bit integers, as many file formats do.

Adapted from a report of the error "expected scalar type Long but found Int" with labels that numpy had made:
https://github.com/dragen1860/MAML-Pytorch/issues/45
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SPECIES = ("setosa", "versicolor", "virginica")


def measure(count):
    """Sizes of leaves in centimetres and the index of the species."""
    generator = np.random.default_rng(0)
    species = generator.integers(0, len(SPECIES), count)
    sizes = generator.normal(species[:, None] * [1.0, 0.5, 1.5, 0.7] + 2.0, 0.3, (count, 4))
    return sizes.astype(np.float32), species.astype(np.int32)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, len(SPECIES)))
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, sizes):
        return self.body(sizes)

    def loss(self, sizes, species):
        return self.criterion(self(sizes), species)  # expect: TL401


def main():
    sizes, species = measure(120)
    data = TensorDataset(torch.from_numpy(sizes), torch.from_numpy(species))
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(5):
        for batch in DataLoader(data, batch_size=30):
            optimizer.zero_grad()
            loss = model.loss(batch[0], batch[1])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert losses[-1] < losses[0]
    return {"losses": torch.tensor(losses)}
