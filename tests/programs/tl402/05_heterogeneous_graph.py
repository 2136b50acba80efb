# Adapted from https://github.com/yangji9181/HNE/issues/13: multi-label targets built as integers.
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def load_label(path, multi):
    names, labels = [], []
    with open(path) as file:
        for line in file:
            name, found = line.rstrip().split()
            names.append(int(name))
            labels.append([int(part) for part in found.split(",")])
    labels = np.array(labels, dtype=int) if multi else np.array(labels).reshape(-1)
    return np.array(names), labels


class Encoder(nn.Module):
    def __init__(self, nodes, width, classes):
        super().__init__()
        self.table = nn.Embedding(nodes, width)
        self.classify = nn.Linear(width, classes)

    def forward(self):
        return self.classify(torch.tanh(self.table.weight))

    def supervised_loss(self, embed, matched_labels, matched_index):
        predicted = torch.sigmoid(embed[matched_index])
        return F.binary_cross_entropy(predicted, matched_labels)  # expect: TL402


def main(path):
    index, labels = load_label(path, True)
    model = Encoder(10_000, 50, labels.shape[1])
    matched_labels = torch.from_numpy(labels)
    optimizer = torch.optim.Adam(model.parameters())
    for epoch in range(10):
        optimizer.zero_grad()
        loss = model.supervised_loss(model(), matched_labels, torch.from_numpy(index))
        loss.backward()
        optimizer.step()
