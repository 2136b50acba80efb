# The attention of a non-local block in a video network is normalised by hand, and becomes infinite during training:
# https://github.com/psychopa4/PFNL/issues/9
import torch
from torch import nn


class NonLocalBlock(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.theta = nn.Conv2d(channels, inner, 1)
        self.phi = nn.Conv2d(channels, inner, 1)
        self.g = nn.Conv2d(channels, inner, 1)
        self.out = nn.Conv2d(inner, channels, 1)

    def forward(self, x):
        batch, _, height, width = x.shape
        theta = self.theta(x).flatten(2).transpose(1, 2)
        phi = self.phi(x).flatten(2)
        g = self.g(x).flatten(2).transpose(1, 2)
        f = torch.matmul(theta, phi)
        f = torch.exp(f)
        f_softmax = f / torch.sum(f, dim=-1, keepdim=True)  # expect: TL301
        y = torch.matmul(f_softmax, g)
        y = y.transpose(1, 2).reshape(batch, -1, height, width)
        return x + self.out(y)


if __name__ == "__main__":
    print(NonLocalBlock(8, 4)(torch.randn(2, 8, 6, 6)).shape)
