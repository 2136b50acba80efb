# A decoder of transposed convolutions, the loss at the end of a long function.
import torch
import torch.nn as nn


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.up1 = nn.ConvTranspose2d(64, 32, 2, stride=2)
        self.up2 = nn.ConvTranspose2d(32, 1, 2, stride=2)

    def forward(self, x):
        x = self.up1(x)
        x = nn.functional.relu(x)
        x = self.up2(x)
        return x


def run(loader, epochs, device):
    net = Decoder().to(device)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-4)
    criterion = nn.BCELoss()
    for _ in range(epochs):
        net.train()
        for features, masks in loader:
            features, masks = features.to(device), masks.to(device)
            predicted = net(features)
            flat = predicted.view(-1)
            true = masks.view(-1)
            loss = criterion(flat, true.float())  # expect: TL405
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
