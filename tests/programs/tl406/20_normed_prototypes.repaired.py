# Few-shot classes: a layer norm on the distances stands where the log-softmax should.
import torch
from torch import nn
from torch.nn import functional as F


class Prototypes(nn.Module):
    def __init__(self, width, ways):
        super().__init__()
        self.encode = nn.Linear(width, 64)
        self.norm = nn.LayerNorm(ways)

    def forward(self, queries, support):
        q = self.encode(queries)
        p = self.encode(support).mean(dim=1)
        distances = -torch.cdist(q, p)
        return F.log_softmax(distances, dim=-1)


def episode(model, queries, support, y):
    out = model(queries, support)
    loss = F.nll_loss(out, y)
    loss.backward()
    return loss.item()


def main(episodes):
    model = Prototypes(128, 5)
    return [episode(model, queries, support, y) for queries, support, y in episodes]
