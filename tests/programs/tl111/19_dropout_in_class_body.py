# eval() does not reach a dropout that belongs to the class
import torch
import torch.nn as nn


class Scorer(nn.Module):
    dropout = nn.Dropout(0.3)  # expect: TL111

    def __init__(self, dim):
        super().__init__()
        self.encoder = nn.GRU(dim, dim, batch_first=True)
        self.out = nn.Linear(dim, 1)

    def forward(self, x):
        hidden, _ = self.encoder(x)
        return self.out(self.dropout(hidden[:, -1]))


@torch.no_grad()
def rank(model, batches):
    model.eval()
    return torch.cat([model(x) for x in batches]).argsort(dim=0)
