# Adapted from https://openillumi.com/en/en-pytorch-float-long-cast-error-fix: labels stay as the loader gives them.
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset, Subset


class TabularDataset(Dataset):
    def __init__(self, X, y):
        self.X = torch.tensor(X, dtype=torch.float32)
        self.y = torch.tensor(y)

    def __len__(self):
        return self.X.shape[0]

    def __getitem__(self, idx):
        return self.X[idx], self.y[idx]


class BinaryClassifier(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(n_features, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))

    def forward(self, x):
        return self.layers(x)


def get_loaders(X, y, fold, batch_size):
    dataset = TabularDataset(X, y)
    order = np.arange(len(dataset))
    train_idx, valid_idx = order[order % 5 != fold], order[order % 5 == fold]
    train = DataLoader(Subset(dataset, train_idx), batch_size=batch_size, shuffle=True)
    valid = DataLoader(Subset(dataset, valid_idx), batch_size=batch_size)
    return train, valid


def evaluate(model, loader, criterion):
    total = 0.0
    with torch.no_grad():
        for x, y in loader:
            y_pred = model(x)
            total += criterion(y_pred.squeeze(), y).item()  # expect: TL402
    return total / len(loader)


def main():
    X = np.random.rand(50, 6)
    y = (X[:, 0] > 0.5).astype(int)
    for fold in range(5):
        train_loader, valid_loader = get_loaders(X, y, fold, 8)
        model = BinaryClassifier(X.shape[1])
        criterion = nn.BCEWithLogitsLoss()
        optimizer = torch.optim.Adam(model.parameters())
        for x, target in train_loader:
            optimizer.zero_grad()
            y_pred = model(x)
            loss = criterion(y_pred.squeeze(), target)  # expect: TL402
            loss.backward()
            optimizer.step()
        print(fold, evaluate(model, valid_loader, criterion))


if __name__ == "__main__":
    main()
