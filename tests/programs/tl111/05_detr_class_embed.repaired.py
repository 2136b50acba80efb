# A head for each decoder layer that should have weights of its own: https://github.com/IDEA-Research/DAB-DETR/pull/17
import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    def __init__(self, dim, hidden, out):
        super().__init__()
        self.first = nn.Linear(dim, hidden)
        self.last = nn.Linear(hidden, out)

    def forward(self, x):
        return self.last(F.relu(self.first(x)))


class Detector(nn.Module):
    def __init__(self, dim, classes, num_layers):
        super().__init__()
        self.decoder = nn.ModuleList(nn.TransformerDecoderLayer(dim, 8, batch_first=True) for _ in range(num_layers))
        box = MLP(dim, dim, 4)
        nn.init.constant_(box.last.bias, 0.0)
        self.boxes = nn.ModuleList([MLP(dim, dim, 4) for _ in range(num_layers)])
        self.classes = nn.ModuleList([nn.Linear(dim, classes) for _ in range(num_layers)])

    def forward(self, queries, memory):
        found = []
        for layer, box, cls in zip(self.decoder, self.boxes, self.classes):
            queries = layer(queries, memory)
            found.append((box(queries).sigmoid(), cls(queries)))
        return found
