# What a list hides and an nn.ModuleList doesn't: https://github.com/pytorch/pytorch/issues/38639
import torch
import torch.nn as nn
import torch.nn.functional as F


class Regressor(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        self.hidden = self.make_layers()  # expect: TL102
        self.predict = nn.Linear(sizes[-1], 1)

    def make_layers(self):
        layers = []
        for before, after in zip(self.sizes, self.sizes[1:]):
            layers += [nn.Linear(before, after), nn.Dropout(0.1)]
        return layers

    def forward(self, x):
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.predict(x)


model = Regressor([8, 32, 32])
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
