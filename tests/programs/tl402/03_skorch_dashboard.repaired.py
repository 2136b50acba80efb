# Adapted from https://github.com/skorch-dev/skorch/issues/813: labels cast to int64 for a network with one output.
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class MyModule(nn.Module):
    def __init__(self, inputs=298, l1=60, l2=60, dropout=0.1):
        super().__init__()
        self.layer_1 = nn.Linear(inputs, l1)
        self.layer_2 = nn.Linear(l1, l2)
        self.layer_out = nn.Linear(l2, 1)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs):
        x = self.relu(self.layer_1(inputs))
        x = self.dropout(x)
        x = self.relu(self.layer_2(x))
        return self.layer_out(x)


def get_classifier(X_train, y_train):
    X_train_m = X_train.astype(np.float32)
    y_train_m = y_train.astype(np.float32)
    data = TensorDataset(torch.from_numpy(X_train_m), torch.from_numpy(y_train_m))
    model = MyModule()
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters())
    for epoch in range(20):
        for X, y in DataLoader(data, batch_size=128, shuffle=True):
            y_pred = model(X)
            loss = criterion(y_pred.squeeze(-1), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model
