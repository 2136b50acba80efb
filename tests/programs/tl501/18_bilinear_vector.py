# Second-order features: the product is turned, normalised and then flattened for the classifier.
import torch
from torch import nn


class BilinearPool(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.project = nn.Linear(channels, channels)
        self.classify = nn.Linear(channels * channels, classes)

    def forward(self, features):
        batch, channels, positions = features.shape
        tokens = self.project(features.transpose(1, 2))
        gram = torch.bmm(features, tokens) / positions
        turned = gram.mT
        signed = turned.sign() * turned.abs().add(1e-5).sqrt()
        vector = signed.view(batch, channels * channels)  # expect: TL501
        return self.classify(nn.functional.normalize(vector, dim=1))


if __name__ == "__main__":
    print(BilinearPool(5, 3)(torch.randn(2, 5, 9)).shape)
