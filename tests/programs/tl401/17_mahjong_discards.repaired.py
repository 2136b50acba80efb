# Adapted from https://github.com/windshadow233/Mahjong-AI/issues/2: labels mapped by a function, as int32.
import numpy as np
import torch
from torch import nn, optim


def process_data(data, label_trans):
    features, labels = [], []
    for board, tile in data:
        features.append(board)
        labels.append(label_trans(tile))
    features = torch.from_numpy(np.array(features, dtype=np.float32))
    labels = torch.from_numpy(np.array(labels, dtype=np.int64))
    return features, labels


def train(data, epochs, device="cpu"):
    model = nn.Sequential(nn.Linear(60, 128), nn.ReLU(), nn.Linear(128, 34)).to(device)
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    loss_fcn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        features, labels = process_data(data, label_trans=lambda x: x // 4)
        features, labels = features.to(device), labels.to(device)
        output = model(features)
        available = features[:, :34] > 0
        loss = loss_fcn(output.masked_fill(~available, -1e9), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


if __name__ == "__main__":
    games = [(np.random.rand(60), np.random.randint(136)) for _ in range(32)]
    train(games, epochs=2)
