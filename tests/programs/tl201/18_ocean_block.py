# A block of an ocean model that follows the tuning guide's advice only in part: https://github.com/m2lines/Samudra/issues/104
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, num_in, num_out, kernel_size=3, dilation=1, upscale=4):
        super().__init__()
        self.pad = dilation * (kernel_size - 1) // 2
        self.skip = nn.Identity() if num_in == num_out else nn.Conv2d(num_in, num_out, 1)
        hidden = num_in * upscale
        self.conv1 = nn.Conv2d(num_in, hidden, kernel_size, dilation=dilation)  # expect: TL201
        self.norm1 = nn.BatchNorm2d(hidden)
        self.conv2 = nn.Conv2d(hidden, num_out, kernel_size, dilation=dilation)  # expect: TL201
        self.norm2 = nn.BatchNorm2d(num_out)
        self.last = nn.Conv2d(num_out, num_out, 1)

    def around_the_globe(self, x):
        x = F.pad(x, (self.pad, self.pad, 0, 0), mode="circular")
        return F.pad(x, (0, 0, self.pad, self.pad), mode="constant")

    def forward(self, x):
        y = x
        for conv, norm in ((self.conv1, self.norm1), (self.conv2, self.norm2)):
            y = self.around_the_globe(y)
            y = conv(y)
            y = norm(y)
            y = F.gelu(y)
        return self.skip(x) + self.last(y)


if __name__ == "__main__":
    print(Block(4, 6)(torch.randn(2, 4, 12, 12)).shape)
