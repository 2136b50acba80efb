# A first layer in the list, the others appended, as in a tutorial on nn.ModuleList: https://runebook.dev/zh/docs/pytorch/generated/torch.nn.modulelist/torch.nn.ModuleList
import torch.nn as nn


class Model(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(input_size, hidden_size)])
        for _ in range(num_layers - 1):
            self.layers.append(nn.Linear(hidden_size, hidden_size))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x
