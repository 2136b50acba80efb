# The weights of BERT's layers are normalised in forward: https://github.com/pytorch/pytorch/issues/44022
import torch
from torch import nn
from torch.nn import functional as F


class Answers(nn.Module):
    def __init__(self, encoder, layers, hidden):
        super().__init__()
        self.encoder = encoder
        self.layer_weights = nn.Parameter(torch.ones(layers))
        self.outputs = nn.Linear(hidden, 2)

    def forward(self, tokens, mask):
        states = torch.stack(self.encoder(tokens, mask))
        layer_weights = F.softmax(self.layer_weights, dim=0)
        mixed = (layer_weights[:, None, None, None] * states).sum(dim=0)
        return self.outputs(mixed)
