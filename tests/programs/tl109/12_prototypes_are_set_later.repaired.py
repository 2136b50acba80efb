# A few-shot head gets its prototypes after the first pass over the support set.
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.classes = classes
        self.prototypes = nn.Parameter(torch.zeros(classes, dim))
        self.scale = nn.Parameter(torch.tensor(10.0))

    def fit(self, features: torch.Tensor, labels: torch.Tensor):
        centers = [features[labels == label].mean(dim=0) for label in range(self.classes)]
        centers = torch.stack(centers)
        self.prototypes.data.copy_(centers / centers.norm(dim=1, keepdim=True))

    def forward(self, x):
        return self.scale * x @ self.prototypes.t()
