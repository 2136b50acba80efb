# A merge layer keeps its branches in a list, so that its parameters are missing: https://github.com/asyml/texar-pytorch/issues/72
import torch
from torch import nn


class MergeLayer(nn.Module):
    def __init__(self, layers=None, mode="concat", dim=None):
        super().__init__()
        self._mode = mode
        self._dim = dim
        self._layers = []
        for layer in layers or []:
            self._layers.append(layer)

    def forward(self, x):
        outputs = [layer(x) for layer in self._layers]
        return torch.cat(outputs, dim=self._dim) if self._mode == "concat" else sum(outputs)


class Branches(MergeLayer):
    """As above, with branches that are known."""

    def __init__(self, channels):
        super().__init__(mode="sum")
        self.branches = [nn.Conv1d(channels, channels, size, padding="same") for size in (3, 5)]  # expect: TL102

    def forward(self, x):
        return sum(branch(x) for branch in self.branches)
