# A batch norm made where it's used is on the CPU: https://github.com/pytorch/pytorch/issues/3936
import torch
from torch import nn


class Tabular(nn.Module):
    def __init__(self, columns, hidden, classes):
        super().__init__()
        self.fc1 = nn.Linear(columns, hidden)
        self.fc2 = nn.Linear(hidden, classes)

    def prepared(self, rows):
        missing = rows.isnan()
        rows = rows.masked_fill(missing, 0.0)
        return torch.nn.BatchNorm1d(rows.shape[1])(rows)  # expect: TL105

    def forward(self, rows):
        x = self.prepared(rows)
        x = torch.relu(self.fc1(x))
        return self.fc2(x)


def predict(model, rows):
    model.cuda().eval()
    with torch.inference_mode():
        return model(rows.cuda()).argmax(dim=1)
