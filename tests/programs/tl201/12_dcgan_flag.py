# A helper with a batch norm on demand should give its layer a bias only without it:
# https://github.com/udacity/deep-learning-v2-pytorch/issues/200
import torch
import torch.nn as nn
import torch.nn.functional as F


def deconv(in_channels, out_channels, kernel_size, batch_norm=True):
    layers = [nn.ConvTranspose2d(in_channels, out_channels, kernel_size, 2, 1, bias=not batch_norm)]
    if batch_norm:
        layers.append(nn.BatchNorm2d(out_channels))
    return nn.Sequential(*layers)


def normalised(in_channels, out_channels):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1)  # expect: TL201
    norm = nn.BatchNorm2d(out_channels)
    return nn.Sequential(conv, norm)


class Generator(nn.Module):
    def __init__(self, z_size, conv_dim):
        super().__init__()
        self.conv_dim = conv_dim
        self.fc = nn.Linear(z_size, conv_dim * 4 * 4 * 4)
        self.smooth = normalised(conv_dim * 4, conv_dim * 4)
        self.t_conv1 = deconv(conv_dim * 4, conv_dim * 2, 4)
        self.t_conv2 = deconv(conv_dim * 2, 3, 4, batch_norm=False)

    def forward(self, z):
        x = self.fc(z).reshape(-1, self.conv_dim * 4, 4, 4)
        x = F.relu(self.smooth(x))
        x = F.relu(self.t_conv1(x))
        return torch.tanh(self.t_conv2(x))


if __name__ == "__main__":
    print(Generator(10, 8)(torch.randn(2, 10)).shape)
