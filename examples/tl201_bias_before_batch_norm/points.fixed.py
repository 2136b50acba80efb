"""A classifier of point clouds, adapted from https://github.com/fxia22/pointnet.pytorch/issues/39.

Convolutions over points, linear layers over tokens with a transpose in front of the norm, and linear layers over the
batch: each of their biases is cancelled. The last layer and the one in front of the activation keep theirs.
"""

import torch
import torch.nn.functional as F
from torch import nn


class PointNet(nn.Module):
    def __init__(self, classes, width=32):
        super().__init__()
        self.embed = nn.Linear(3, width, bias=False)  # expect: TL201
        self.embed_norm = nn.BatchNorm1d(width)
        layers = [nn.Conv1d(width, 2 * width, 1, bias=False)]  # expect: TL201
        layers.append(nn.InstanceNorm1d(2 * width, affine=True))
        layers += [nn.ReLU(), nn.Conv1d(2 * width, width, 1), nn.ReLU(), nn.BatchNorm1d(width)]
        self.points = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Linear(width, width, bias=False),  # expect: TL201
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Linear(width, classes),
        )

    def forward(self, cloud):
        x = self.embed(cloud)
        x = x.transpose(1, 2)
        x = F.relu(self.embed_norm(x))
        x = self.points(x)
        return self.head(x.amax(2))


def main():
    clouds = torch.randn(6, 40, 3)
    model = PointNet(classes=4)
    F.cross_entropy(model(clouds), torch.randint(0, 4, (6,))).backward()
    return {"model": model, "clouds": clouds}
