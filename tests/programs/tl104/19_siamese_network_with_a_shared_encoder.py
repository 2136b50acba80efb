# A siamese network shares an encoder that a helper of the module builds.
from torch import nn
from torch.nn import functional as F


def encoder(width):
    layers = [nn.Conv2d(1, width, 5), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(width, 2 * width, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers)


class Siamese(nn.Module):
    def __init__(self, width=16, margin=1.0):
        self.margin = margin
        self.width = width
        self.encoder = encoder(width)  # expect: TL104

    def distance(self, left, right):
        return F.pairwise_distance(self.encoder(left), self.encoder(right))

    def forward(self, left, right, same):
        distance = self.distance(left, right)
        return (same * distance**2 + (1 - same) * (self.margin - distance).clamp(min=0) ** 2).mean()
