# Adapted from https://github.com/fastai/fastai/issues/852: several labels for an image, as a vector of integers.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


class ImageMultiDataset:
    def __init__(self, images, rows, classes):
        self.images = images
        self.classes = classes
        self.class2idx = {name: i for i, name in enumerate(classes)}
        self.y = [[self.class2idx[name] for name in row.split()] for row in rows]

    def __len__(self):
        return len(self.images)

    def encode(self, indices):
        onehot = np.zeros(len(self.classes), dtype=np.int64)
        onehot[indices] = 1
        return onehot

    def __getitem__(self, i):
        return self.images[i], self.encode(self.y[i])


class DataBunch:
    def __init__(self, train_ds, valid_ds, bs):
        self.train_dl = DataLoader(train_ds, bs, shuffle=True)
        self.valid_dl = DataLoader(valid_ds, bs * 2)


class Learner:
    def __init__(self, data, model, crit):
        self.data, self.model, self.crit = data, model, crit
        self.opt = torch.optim.SGD(model.parameters(), lr=0.1)

    def loss_batch(self, xb, yb):
        out = self.model(xb)
        return self.crit(out, yb)  # expect: TL402

    def fit(self, epochs):
        for epoch in range(epochs):
            self.model.train()
            for xb, yb in self.data.train_dl:
                loss = self.loss_batch(xb, yb)
                loss.backward()
                self.opt.step()
                self.opt.zero_grad()
            self.model.eval()


def main():
    classes = ["nucleus", "golgi", "cytosol"]
    rows = ["nucleus golgi", "cytosol", "golgi cytosol", "nucleus"]
    images = torch.randn(4, 3, 16, 16)
    train_ds = ImageMultiDataset(images, rows, classes)
    data = DataBunch(train_ds, ImageMultiDataset(images, rows, classes), 2)
    body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, len(classes)))
    Learner(data, body, nn.BCEWithLogitsLoss()).fit(2)


if __name__ == "__main__":
    main()
