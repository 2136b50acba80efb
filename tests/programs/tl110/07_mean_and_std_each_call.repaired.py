# An image is normalised by constants that each call copies to the GPU
import torch
import torch.nn as nn


class Normalized(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)

    def forward(self, images):
        mean = self.mean
        std = self.std
        return self.backbone((images - mean) / std)


def extract(model, loader):
    model = model.cuda().eval()
    with torch.no_grad():
        return torch.cat([model(images.cuda()) for images in loader])
