# A reduction that an option chooses; one of the choices has weights.
from torch import nn


class Reduction(nn.Module):
    def __init__(self, kind, channels, window):
        super().__init__()
        self.kind, self.channels, self.window = kind, channels, window

    def forward(self, x):
        if self.kind == "max":
            reduce = nn.MaxPool1d(self.window)
        elif self.kind == "mean":
            reduce = nn.AvgPool1d(self.window)
        else:
            reduce = nn.Conv1d(self.channels, self.channels, 3, padding=1, stride=self.window)  # expect: TL105
        levels = [x]
        for _ in range(3):
            levels.append(reduce(levels[-1]))
        return levels
