# Style transfer with norms that should learn a scale for each channel.
from torch import nn


class StyleBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)

    def normalised(self, x):
        return nn.InstanceNorm2d(x.shape[1], affine=True)(x)  # expect: TL105

    def forward(self, x):
        act = nn.PReLU()  # expect: TL105
        y = act(self.normalised(self.conv1(x)))
        y = self.normalised(self.conv2(y))
        return x + act(y)
