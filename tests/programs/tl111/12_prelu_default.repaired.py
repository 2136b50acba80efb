# Every block of the network trains the same slope
import torch.nn as nn


class ConvBlock(nn.Module):
    def __init__(self, cin, cout, stride=1, activation=nn.PReLU):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.norm = nn.InstanceNorm2d(cout, affine=True)
        self.activation = activation()

    def forward(self, x):
        return self.activation(self.norm(self.conv(x)))


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down1 = ConvBlock(3, width)
        self.down2 = ConvBlock(width, 2 * width, stride=2)
        self.down3 = ConvBlock(2 * width, 4 * width, stride=2)
        self.head = nn.Linear(4 * width, 10)

    def forward(self, x):
        x = self.down3(self.down2(self.down1(x)))
        return self.head(x.mean((2, 3)))
