# Adapted from https://github.com/hunkim/PyTorchZeroToAll/issues/38: the class column is read with the float features.
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def read(path):
    xy = np.loadtxt(path, delimiter=",", dtype=np.float32)
    features = torch.tensor(xy[:, :-1], dtype=torch.float32)
    classes = torch.tensor(xy[:, -1], dtype=torch.float32)
    features = (features - features.mean(0)) / (features.std(0) + 1e-6)
    return TensorDataset(features, classes)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(8, 6)
        self.l2 = nn.Linear(6, 3)

    def forward(self, x):
        return self.l2(torch.relu(self.l1(x)))


def main(path):
    train, test = random_split(read(path), [0.8, 0.2])
    model = Model()
    criterion = torch.nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(100):
        for inputs, labels in DataLoader(train, batch_size=32, shuffle=True):
            scores = torch.log_softmax(model(inputs), dim=1)
            loss = criterion(scores, labels)  # expect: TL401
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
