# Adapted from https://github.com/wolny/pytorch-3dunet/issues/55: a configured dtype makes int32 of the labels.
import numpy as np
import torch
from torch import nn


class ToTensor:
    def __init__(self, expand_dims, dtype=np.float32):
        self.expand_dims = expand_dims
        self.dtype = dtype

    def __call__(self, m):
        if self.expand_dims:
            m = np.expand_dims(m, axis=0)
        return torch.from_numpy(m.astype(dtype=self.dtype))


class Volumes(torch.utils.data.Dataset):
    def __init__(self, raws, labels):
        self.raws, self.labels = raws, labels
        self.raw_transform = ToTensor(expand_dims=True)
        self.label_transform = ToTensor(expand_dims=False, dtype=np.int64)

    def __len__(self):
        return len(self.raws)

    def __getitem__(self, idx):
        return self.raw_transform(self.raws[idx]), self.label_transform(self.labels[idx])


class Trainer:
    def __init__(self, model, loaders):
        self.model, self.loaders = model, loaders
        self.loss_criterion = nn.CrossEntropyLoss()

    def fit(self):
        for raw, target in self.loaders:
            output, loss = self._forward_pass(raw, target)
            loss.backward()

    def _forward_pass(self, input, target):
        output = self.model(input)
        loss = self.loss_criterion(output, target)
        return output, loss


if __name__ == "__main__":
    volumes = Volumes(np.random.rand(2, 8, 8, 8), np.random.randint(0, 3, (2, 8, 8, 8)))
    Trainer(nn.Conv3d(1, 3, 3, padding=1), torch.utils.data.DataLoader(volumes)).fit()
