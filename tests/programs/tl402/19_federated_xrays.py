# Adapted from https://github.com/APPFL/APPFL/issues/60: BCELoss gets the class indices meant for CrossEntropyLoss.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def client_data(rank, samples=24):
    rng = np.random.default_rng(rank)
    images = torch.tensor(rng.random((samples, 1, 16, 16)), dtype=torch.float32)
    found = rng.integers(0, 2, size=samples).tolist()
    return TensorDataset(images, torch.tensor([int(one) for one in found]))


class ClientOptim:
    def __init__(self, model, loader, num_local_epochs):
        self.model, self.loader, self.num_local_epochs = model, loader, num_local_epochs
        self.loss_fn = nn.BCELoss()

    def update(self):
        optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01)
        for _ in range(self.num_local_epochs):
            for data, target in self.loader:
                optimizer.zero_grad()
                output = self.model(data)
                loss = self.loss_fn(output, target.reshape(-1, 1))  # expect: TL402
                loss.backward()
                optimizer.step()
        return self.model.state_dict()


def main(clients=2):
    states = []
    for rank in range(clients):
        model = nn.Sequential(nn.Flatten(), nn.Linear(256, 1), nn.Sigmoid())
        states.append(ClientOptim(model, DataLoader(client_data(rank), batch_size=8), 1).update())
    return {name: sum(state[name] for state in states) / clients for name in states[0]}


if __name__ == "__main__":
    main()
