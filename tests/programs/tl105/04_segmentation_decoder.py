# A decoder that forward calls makes its layers each time: https://github.com/gupta-abhay/setr-pytorch/issues/4
import torch.nn as nn


class Segmenter(nn.Module):
    def __init__(self, dim, size, classes):
        super().__init__()
        self.dim = dim
        self.size = size
        self.classes = classes
        self.embed = nn.Conv2d(3, dim, kernel_size=16, stride=16)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, 8, batch_first=True), 4)

    def forward(self, image):
        patches = self.embed(image)
        rows, columns = patches.shape[2:]
        tokens = self.encoder(patches.flatten(2).transpose(1, 2))
        return self.decode(tokens, rows, columns)

    def decode(self, tokens, rows, columns):
        x = tokens.transpose(1, 2).reshape(-1, self.dim, rows, columns)
        layers = []
        layers.append(nn.Conv2d(self.dim, self.dim, 1))  # expect: TL105
        layers.append(nn.ReLU())
        layers.append(nn.Conv2d(self.dim, self.classes, 1))  # expect: TL105
        layers.append(nn.Upsample(scale_factor=16))
        for layer in layers:
            x = layer(x)
        return x
