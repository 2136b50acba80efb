# Adapted from https://github.com/burlachenkok/flpytorch/pull/14: labels are floats by default where the loss is computed.
import torch
import torch.nn as nn
import torch.nn.functional as F


def build_model(features, classes):
    return nn.Sequential(nn.Linear(features, 64), nn.Tanh(), nn.Linear(64, classes))


def load_client(seed, samples=128, features=20, classes=4):
    generator = torch.Generator().manual_seed(seed)
    data = torch.randn(samples, features, generator=generator)
    planes = torch.randn(features, classes, generator=generator)
    labels = (data @ planes).argmax(dim=1)
    return data, labels


def compute_loss(model, data, label, weight):
    output = model(data)
    loss = F.cross_entropy(output, label)
    penalty = sum(p.square().sum() for p in model.parameters())
    return loss + weight * penalty


def local_round(clients, steps):
    model = build_model(20, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for seed in range(clients):
        data, label = load_client(seed)
        for _ in range(steps):
            optimizer.zero_grad()
            compute_loss(model, data, label, 1e-4).backward()
            optimizer.step()
    return model
