# Node classification: a mask picks the training nodes from probabilities.
import torch
import torch.nn.functional as F
from torch import nn


class GraphLayer(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, bias=False)

    def forward(self, x, adjacency):
        return adjacency @ self.linear(x)


class Gcn(nn.Module):
    def __init__(self, features, hidden, classes):
        super().__init__()
        self.first = GraphLayer(features, hidden)
        self.second = GraphLayer(hidden, classes)

    def forward(self, x, adjacency):
        x = F.relu(self.first(x, adjacency))
        x = F.dropout(x, 0.5, training=self.training)
        x = self.second(x, adjacency)
        return F.softmax(x, dim=1)


def train(x, adjacency, labels, train_mask, epochs=200):
    model = Gcn(x.size(1), 16, int(labels.max()) + 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-4)
    criterion = nn.CrossEntropyLoss()
    for _ in range(epochs):
        optimizer.zero_grad()
        out = model(x, adjacency)
        loss = criterion(out[train_mask], labels[train_mask])  # expect: TL403
        loss.backward()
        optimizer.step()
    return model
