# A head that is only there for some tasks, in a subclass that forgets its base.
from torch import nn


class Backbone(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.width = width
        self.body = nn.Linear(width, width)

    def forward(self, x):
        return self.body(x)


class Multitask(Backbone):
    def __init__(self, classes, regress=False):
        width = 64
        self.classes = classes
        self.classify = nn.Linear(width, classes)  # expect: TL104
        if regress:
            self.regress = nn.Linear(width, 1)
        else:
            self.regress = None

    def forward(self, x):
        hidden = super().forward(x)
        scores = self.classify(hidden)
        return scores if self.regress is None else (scores, self.regress(hidden))
