# Adapted from https://github.com/George730/E-ResGAT/issues/5: one-hot labels of integers go to CrossEntropyLoss.
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class EdgeClassifier(nn.Module):
    def __init__(self, edge_dim, hidden, classes):
        super().__init__()
        self.attend = nn.Linear(edge_dim, hidden)
        self.out = nn.Linear(hidden, classes)

    def forward(self, edges):
        return self.out(F.elu(self.attend(edges)))


def load(path, classes):
    edge_feat = torch.tensor(np.load(path + "_feat.npy"), dtype=torch.float32)
    kinds = torch.from_numpy(np.load(path + "_kinds.npy").astype(np.int64))
    label = kinds
    order = torch.randperm(len(edge_feat))
    return edge_feat[order], label[order]


def predict(model, edge_feat, label, loss_fn, edges):
    with torch.no_grad():
        batch_output = model(edge_feat[edges])
        batch_loss = loss_fn(batch_output, label[edges])
    return batch_loss.item(), batch_output.argmax(dim=1)


def fit(path, classes=10):
    edge_feat, label = load(path, classes)
    model = EdgeClassifier(edge_feat.size(1), 64, classes)
    val = torch.arange(0, len(edge_feat), 5)
    return predict(model, edge_feat, label, nn.CrossEntropyLoss(), val)
