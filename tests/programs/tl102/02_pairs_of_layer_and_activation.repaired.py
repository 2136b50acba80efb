# Layers in a list of lists are not included in parameters(): https://github.com/pytorch/pytorch/issues/715
import torch.nn as nn


class Classifier(nn.Module):
    def __init__(self, options, indim):
        super().__init__()
        self.hids = nn.ModuleList()
        for _ in range(options["n_layers"]):
            self.hids.append(nn.ModuleList([nn.Linear(indim, options["n_hid"]), nn.Tanh()]))
            indim = options["n_hid"]
        self.classifier = nn.Linear(options["n_hid"], 3)

    def forward(self, x):
        for linear, activation in self.hids:
            x = activation(linear(x))
        return self.classifier(x)
