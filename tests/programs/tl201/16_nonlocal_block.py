# The last convolution of a non-local block: https://github.com/AlexHex7/Non-local_pytorch/issues/14
import torch
from torch import nn


class NonLocalBlock(nn.Module):
    def __init__(self, in_channels, dimension=2, bn_layer=True):
        super().__init__()
        self.inter = max(in_channels // 2, 1)
        conv = nn.Conv2d if dimension == 2 else nn.Conv1d
        self.g = conv(in_channels, self.inter, kernel_size=1)
        self.theta = conv(in_channels, self.inter, kernel_size=1)
        self.phi = conv(in_channels, self.inter, kernel_size=1)
        if bn_layer:
            self.W = nn.Sequential(
                nn.Conv2d(self.inter, in_channels, kernel_size=1),  # expect: TL201
                nn.BatchNorm2d(in_channels),
            )
            nn.init.constant_(self.W[1].weight, 0)
            nn.init.constant_(self.W[1].bias, 0)
        else:
            self.W = nn.Conv2d(self.inter, in_channels, kernel_size=1)
            nn.init.constant_(self.W.weight, 0)

    def forward(self, x):
        batch = x.size(0)
        g_x = self.g(x).flatten(2).transpose(1, 2)
        theta_x = self.theta(x).flatten(2).transpose(1, 2)
        phi_x = self.phi(x).flatten(2)
        attention = torch.softmax(theta_x @ phi_x, dim=-1)
        y = (attention @ g_x).transpose(1, 2)
        y = y.reshape(batch, self.inter, *x.shape[2:])
        return self.W(y) + x


if __name__ == "__main__":
    print(NonLocalBlock(8)(torch.randn(2, 8, 6, 6)).shape)
