# Edges that exist and edges that don't: the decoder gives probabilities, both are put together.
import torch
import torch.nn.functional as F
from torch import nn


class LinkPredictor(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, hidden)

    def encode(self, x, adjacency):
        x = F.relu(adjacency @ self.first(x))
        return adjacency @ self.second(x)

    def decode(self, z, edges):
        scores = (z[edges[0]] * z[edges[1]]).sum(dim=-1)
        return scores


def train(model, optimizer, x, adjacency, positive, negative):
    optimizer.zero_grad()
    z = model.encode(x, adjacency)
    found = model.decode(z, positive)
    absent = model.decode(z, negative)
    scores = torch.cat([found, absent])
    labels = torch.cat([torch.ones(len(found)), torch.zeros(len(absent))])
    loss = F.binary_cross_entropy_with_logits(scores, labels)
    loss.backward()
    optimizer.step()


def main(x, adjacency, positive, negative):
    model = LinkPredictor(x.size(1), 64)
    train(model, torch.optim.Adam(model.parameters()), x, adjacency, positive, negative)
