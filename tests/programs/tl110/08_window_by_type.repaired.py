# The window of a spectrogram loss, moved by type_as at every call
import torch
import torch.nn as nn


class STFTLoss(nn.Module):
    def __init__(self, size, hop):
        super().__init__()
        self.size = size
        self.hop = hop
        self.register_buffer("window", torch.hann_window(size), persistent=False)

    def magnitude(self, x):
        window = self.window
        spectrum = torch.stft(x, self.size, self.hop, window=window, return_complex=True)
        return spectrum.abs().clamp(min=1e-7)

    def forward(self, predicted, target):
        predicted, target = self.magnitude(predicted), self.magnitude(target)
        return torch.nn.functional.l1_loss(predicted.log(), target.log())
