# A batch norm behind a convolution with the default bias makes two biases: https://github.com/sahilkhose/StackGAN-BERT/issues/2
import torch
from torch import nn


def up_sample(in_planes, out_planes):
    return nn.Sequential(
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=1, padding=1, bias=False),
        nn.BatchNorm2d(out_planes),
        nn.ReLU(inplace=True),
    )


class StageOne(nn.Module):
    def __init__(self, z_dim, width):
        super().__init__()
        self.width = width
        self.fc = nn.Sequential(
            nn.Linear(z_dim, width * 4 * 4, bias=False),
            nn.BatchNorm1d(width * 4 * 4),
            nn.ReLU(inplace=True),
        )
        self.up = nn.Sequential(up_sample(width, width // 2), up_sample(width // 2, width // 4))
        self.img = nn.Sequential(nn.Conv2d(width // 4, 3, kernel_size=3, padding=1), nn.Tanh())

    def forward(self, text, noise):
        z = torch.cat((noise, text), dim=1)
        x = self.fc(z)
        x = x.reshape(-1, self.width, 4, 4)
        x = self.up(x)
        return self.img(x)


if __name__ == "__main__":
    model = StageOne(30, 16)
    print(model(torch.randn(4, 20), torch.randn(4, 10)).shape)
