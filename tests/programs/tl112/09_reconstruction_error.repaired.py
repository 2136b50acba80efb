# An autoencoder sums up its errors, to report them later.
import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self, dim, code):
        super().__init__()
        self.encode = nn.Linear(dim, code)
        self.decode = nn.Linear(code, dim)
        self.error = 0.0
        self.samples = 0

    def forward(self, x):
        code = torch.tanh(self.encode(x))
        restored = self.decode(code)
        error = (restored - x).abs().mean()
        self.samples += x.shape[0]
        self.error += error.detach()
        return restored

    def report(self):
        print(f"error {float(self.error):.3f} over {self.samples} samples")
