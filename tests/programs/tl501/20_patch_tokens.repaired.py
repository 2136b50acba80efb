# Patches are cut with unfold-like views and joined to tokens in one view.
import torch
from torch import nn


class PatchEmbed(nn.Module):
    def __init__(self, patch, channels, width):
        super().__init__()
        self.patch = patch
        self.project = nn.Linear(channels * patch * patch, width)

    def patches(self, images):
        batch, channels, height, width = images.shape
        p = self.patch
        rows, columns = height // p, width // p
        grid = images.reshape(batch, channels, rows, p, columns, p)
        grid = grid.permute(0, 2, 4, 1, 3, 5)
        return grid.reshape(batch, rows * columns, channels * p * p)

    def forward(self, images):
        return self.project(self.patches(images))


if __name__ == "__main__":
    print(PatchEmbed(4, 3, 8)(torch.randn(2, 3, 8, 12)).shape)
