# A generator gives its convolutions a bias because instance norm has none; the norm cancels it all the same:
# https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix/issues/431
import torch
import torch.nn as nn


class ResnetBlock(nn.Module):
    def __init__(self, dim, use_dropout):
        super().__init__()
        self.conv_block = self.build_conv_block(dim, use_dropout)

    def build_conv_block(self, dim, use_dropout):
        conv_block = [nn.ReflectionPad2d(1)]
        conv_block += [nn.Conv2d(dim, dim, kernel_size=3, bias=True), nn.InstanceNorm2d(dim), nn.ReLU(True)]  # expect: TL201
        if use_dropout:
            conv_block += [nn.Dropout(0.5)]
        conv_block += [nn.ReflectionPad2d(1)]
        conv_block += [nn.Conv2d(dim, dim, kernel_size=3, bias=True), nn.InstanceNorm2d(dim)]  # expect: TL201
        return nn.Sequential(*conv_block)

    def forward(self, x):
        return x + self.conv_block(x)


class ResnetGenerator(nn.Module):
    def __init__(self, input_nc, output_nc, ngf=8, n_blocks=2):
        super().__init__()
        model = [
            nn.ReflectionPad2d(3),
            nn.Conv2d(input_nc, ngf, kernel_size=7, bias=True),  # expect: TL201
            nn.InstanceNorm2d(ngf),
            nn.ReLU(True),
        ]
        for _ in range(n_blocks):
            model += [ResnetBlock(ngf, use_dropout=False)]
        model += [nn.ReflectionPad2d(3), nn.Conv2d(ngf, output_nc, kernel_size=7), nn.Tanh()]
        self.model = nn.Sequential(*model)

    def forward(self, image):
        return self.model(image)


if __name__ == "__main__":
    print(ResnetGenerator(3, 3)(torch.randn(1, 3, 16, 16)).shape)
