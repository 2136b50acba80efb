"""Features of an inner layer, collected by a hook.

A segmentation model delegates to its backbone, as a wrapper does. Whoever hooks the backbone gets nothing.
"""

import torch
from torch import Tensor, nn


class Segmenter(nn.Module):
    def __init__(self, backbone: nn.Module, channels: int, classes: int):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Conv2d(channels, classes, 1)

    def forward(self, images: Tensor) -> Tensor:
        features = self.backbone.forward(images)  # expect: TL107
        return self.head(features)


def score(model: Segmenter, images: Tensor) -> Tensor:
    model.eval()
    with torch.no_grad():
        return model.forward(images).mean()  # expect: TL107


def main():
    backbone = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU())
    model = Segmenter(backbone, 4, 2)
    seen: list[Tensor] = []
    backbone.register_forward_hook(lambda module, args, output: seen.append(output))
    model.register_forward_hook(lambda module, args, output: seen.append(output))
    mean = score(model, torch.randn(2, 3, 8, 8))
    return {"missing": 2 - len(seen), "mean": mean}
