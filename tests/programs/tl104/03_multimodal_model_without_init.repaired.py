# A model of images and text builds its encoder in a constructor that never initialises nn.Module.
# https://github.com/kyegomez/Med-PaLM/issues/8
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        layer = nn.TransformerEncoderLayer(dim, 4, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, depth)

    def forward(self, x):
        return self.layers(x)


class Multimodal(nn.Module):
    """Images in front of text."""

    def __init__(self, image_size=32, patch_size=8, dim=64, depth=2, tokens=100):
        """Build both encoders."""
        super().__init__()
        self.patch_size = patch_size
        patches = (image_size // patch_size) ** 2
        self.encoder = Encoder(dim, depth)
        self.embed = nn.Linear(3 * patch_size**2, dim)
        self.positions = nn.Parameter(torch.zeros(1, patches, dim))
        self.tokens = nn.Embedding(tokens, dim)
        self.decoder = Encoder(dim, depth)

    def forward(self, patches, tokens):
        seen = self.encoder(self.embed(patches) + self.positions)
        read = self.tokens(tokens)
        return self.decoder(torch.cat((seen, read), dim=1))


def main():
    model = Multimodal()
    patches = torch.randn(2, 16, 192)
    return model(patches, torch.zeros(2, 5, dtype=torch.long))
