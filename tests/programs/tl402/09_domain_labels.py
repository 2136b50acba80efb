# Adapted from https://github.com/krumo/Domain-Adaptive-Faster-RCNN-PyTorch/issues/11: domain masks without conversion.
import torch
from torch import nn
from torch.nn import functional as F


class DALossComputation:
    def __init__(self, resolution):
        self.avgpool = nn.AvgPool2d(kernel_size=resolution, stride=resolution)

    def prepare_masks(self, targets):
        masks = []
        for per_image in targets:
            is_source = per_image.get_field("is_source")
            masks.append(is_source.any().view(1))
        return torch.cat([mask.bool() for mask in masks], dim=0)

    def __call__(self, da_img, targets):
        masks = self.prepare_masks(targets)
        flattened, labels = [], []
        for per_level in da_img:
            N, A, H, W = per_level.shape
            per_level = per_level.permute(0, 2, 3, 1)
            da_label = torch.zeros_like(per_level, dtype=torch.bool)
            da_label[masks, :] = 1
            flattened.append(per_level.reshape(N, -1))
            labels.append(da_label.reshape(N, -1))
        flattened = torch.cat(flattened, dim=1)
        labels = torch.cat(labels, dim=1)
        return F.binary_cross_entropy_with_logits(flattened, labels)  # expect: TL402
