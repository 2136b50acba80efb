# Projector and predictor of a siamese network keep a bias in front of each batch norm: https://github.com/taoyang1122/pytorch-SimSiam/issues/8
import torch
import torch.nn as nn
import torch.nn.functional as F


class ProjectionMLP(nn.Module):
    def __init__(self, in_dim, hidden_dim=64, out_dim=64):
        super().__init__()
        self.layer1 = nn.Sequential(
            nn.Linear(in_dim, hidden_dim),  # expect: TL201
            nn.BatchNorm1d(hidden_dim),
            nn.ReLU(inplace=True),
        )
        self.layer2 = nn.Sequential(
            nn.Linear(hidden_dim, out_dim),  # expect: TL201
            nn.BatchNorm1d(out_dim, affine=False),
        )

    def forward(self, x):
        return self.layer2(self.layer1(x))


class SimSiam(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, width, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.projector = ProjectionMLP(width)
        self.predictor = nn.Sequential(
            nn.Linear(64, 16),  # expect: TL201
            nn.BatchNorm1d(16),
            nn.ReLU(inplace=True),
            nn.Linear(16, 64),
        )

    def encode(self, image):
        return self.projector(self.backbone(image).flatten(1))

    def forward(self, left, right):
        z1, z2 = self.encode(left), self.encode(right)
        p1, p2 = self.predictor(z1), self.predictor(z2)
        first = F.cosine_similarity(p1, z2.detach(), dim=-1).mean()
        second = F.cosine_similarity(p2, z1.detach(), dim=-1).mean()
        return -(first + second) / 2


if __name__ == "__main__":
    print(SimSiam()(torch.randn(4, 3, 16, 16), torch.randn(4, 3, 16, 16)))
