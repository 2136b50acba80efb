# Adapted from https://github.com/jimbozhang/xares/pull/24: whatever isn't floating keeps numpy's 32 bits.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def cast_to_tensor(y):
    y = y if isinstance(y, torch.Tensor) else torch.tensor(y)
    return y.float() if y.is_floating_point() else y


class Mlp(nn.Module):
    def __init__(self, in_features, out_features, criterion):
        super().__init__()
        self.fc = nn.Linear(in_features, out_features)
        self.criterion = criterion

    def forward(self, x, y=None):
        y_pred = self.fc(x)
        if y is None:
            return y_pred
        return y_pred, self.criterion(y_pred, y)  # expect: TL401


class Trainer:
    def __init__(self, model, max_epochs=1):
        self.model = model
        self.max_epochs = max_epochs
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def train_step(self, x, y):
        self.model.train()
        self.optimizer.zero_grad()
        _, loss = self.model(x, y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def run(self, embeddings, labels):
        dataset = TensorDataset(torch.tensor(embeddings), labels)
        for epoch in range(self.max_epochs):
            for x, y in DataLoader(dataset, batch_size=8, shuffle=True):
                self.train_step(x, y)


if __name__ == "__main__":
    encoded = np.random.rand(24, 16).astype("float32")
    label_ids = np.random.randint(0, 4, 24).astype("int32")
    Trainer(Mlp(16, 4, nn.CrossEntropyLoss())).run(encoded, cast_to_tensor(label_ids))
