# DnCNN builds its layers in a list; those in the middle have a bias in front of a batch norm: https://github.com/cszn/KAIR/issues/4
import torch
import torch.nn as nn


class DnCNN(nn.Module):
    def __init__(self, depth=5, channels=64, image_channels=1, kernel_size=3):
        super().__init__()
        padding = kernel_size // 2
        layers = []
        layers.append(nn.Conv2d(image_channels, channels, kernel_size, padding=padding))
        layers.append(nn.ReLU(inplace=True))
        for _ in range(depth - 2):
            layers.append(nn.Conv2d(channels, channels, kernel_size, padding=padding, bias=False))
            layers.append(nn.BatchNorm2d(channels, eps=0.0001, momentum=0.95))
            layers.append(nn.ReLU(inplace=True))
        layers.append(nn.Conv2d(channels, image_channels, kernel_size, padding=padding))
        self.dncnn = nn.Sequential(*layers)

    def forward(self, noisy):
        residual = self.dncnn(noisy)
        return noisy - residual


def train(model, images, noise_level):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.MSELoss()
    for _ in range(2):
        noisy = images + noise_level * torch.randn_like(images)
        optimizer.zero_grad()
        loss = criterion(model(noisy), images)
        loss.backward()
        optimizer.step()
    return loss.item()


if __name__ == "__main__":
    print(train(DnCNN(), torch.rand(4, 1, 12, 12), 0.1))
