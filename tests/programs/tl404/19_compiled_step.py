# The model is compiled before training, and its sigmoid with it.
import torch
import torch.nn as nn


class Churn(nn.Module):
    def __init__(self, features):
        super(Churn, self).__init__()
        self.l1 = nn.Linear(features, 64)
        self.norm = nn.LayerNorm(64)
        self.l2 = nn.Linear(64, 1)
        self.activation = nn.Sigmoid()

    def forward(self, inputs):
        x = torch.relu(self.l1(inputs))
        x = self.norm(x)
        x = self.activation(self.l2(x))
        return x


def main(loader, device):
    model = Churn(40).to(device)
    model = torch.compile(model)
    criterion = nn.BCEWithLogitsLoss().to(device)
    optimizer = torch.optim.Adam(model.parameters())
    for inputs, targets in loader:
        inputs, targets = inputs.to(device), targets.to(device)
        outputs = model(inputs)
        loss = criterion(outputs, targets.unsqueeze(1))  # expect: TL404
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
