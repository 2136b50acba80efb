# Adapted from https://github.com/qubvel-org/segmentation_models.pytorch/issues/197: float masks, another loss plugged in.
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Street(Dataset):
    def __init__(self, images, masks):
        self.images, self.masks = images, masks

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image = np.asarray(Image.open(self.images[i]), dtype=np.float32)
        mask = np.asarray(Image.open(self.masks[i]), dtype=np.int64)
        return torch.from_numpy(image.transpose(2, 0, 1)), torch.from_numpy(mask)


def evaluate(model, dataset, loss):
    total = 0.0
    for x, y in DataLoader(dataset, batch_size=4):
        with torch.no_grad():
            prediction = model(x)
            B, C, H, W = prediction.shape
            y = y.view(B, H, W)
            total += loss(prediction, y).item()
    return total


def main(images, masks):
    model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 8, 1))
    return evaluate(model, Street(images, masks), nn.CrossEntropyLoss())
