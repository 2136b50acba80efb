# A score of synthetic complexity: predictions for one input differ in evaluation.
# Report: https://github.com/deepchem/deepchem/pull/5121
import torch
import torch.nn as nn
import torch.nn.functional as F


class ScScore(nn.Module):
    def __init__(self, n_features, layer_sizes, dropout, score_scale=5):
        super().__init__()
        self.dropout = dropout
        self.score_scale = score_scale
        self.input_layer = nn.Linear(n_features, layer_sizes[0])
        self.hidden_layers = nn.ModuleList(
            nn.Linear(size, next_size) for size, next_size in zip(layer_sizes[:-1], layer_sizes[1:])
        )
        self.output_layer = nn.Linear(layer_sizes[-1], 1)

    def forward(self, x):
        x = F.relu(self.input_layer(x))
        x = F.dropout(x, p=self.dropout)  # expect: TL108
        for hidden in self.hidden_layers:
            x = F.relu(hidden(x))
            x = F.dropout(x, p=self.dropout)  # expect: TL108
        x = torch.sigmoid(self.output_layer(x))
        return 1 + (self.score_scale - 1) * x
