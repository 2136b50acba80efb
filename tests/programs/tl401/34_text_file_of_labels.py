# Adapted from https://github.com/lxztju/pytorch_classification/issues/47: the label file is read as 32-bit integers.
import io

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

LABEL_FILE = """0
1
2
1
0
2"""


class SceneDataset(Dataset):
    def __init__(self, label_file, train=True):
        self.train = train
        self.labels = np.loadtxt(label_file, dtype=np.int32)

    def __len__(self):
        return self.labels.shape[0]

    def __getitem__(self, index):
        img = torch.rand(3, 16, 16)
        if self.train and index % 2:
            img = img.flip(-1)
        return img, self.labels[index]


class Classifier(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.head = nn.Linear(8, num_classes)

    def forward(self, x):
        return self.head(self.backbone(x).flatten(1))


def train():
    trainset = SceneDataset(io.StringIO(LABEL_FILE))
    train_loader = DataLoader(trainset, batch_size=2, shuffle=True)
    model = Classifier(3)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(1):
        for inputs, targets in train_loader:
            outputs = model(inputs)
            loss = criterion(outputs, targets)  # expect: TL401
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    train()
