# The window of an STFT module stayed on the CPU after criterion.cuda(): https://github.com/mozilla/TTS/issues/619
import torch
from torch import nn


class SpectrogramModule(nn.Module):
    def __init__(self, n_fft, hop_length, win_length):
        super(SpectrogramModule, self).__init__()
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = torch.hann_window(win_length)  # expect: TL101

    def __call__(self, x):
        frames = torch.stft(
            x,
            self.n_fft,
            self.hop_length,
            self.win_length,
            self.window,
            center=True,
            return_complex=True,
        )
        return frames.abs().clamp(min=1e-7)


class MultiScaleLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.scales = nn.ModuleList([SpectrogramModule(n, n // 4, n) for n in (256, 512)])

    def forward(self, fake, real):
        total = 0.0
        for scale in self.scales:
            total = total + (scale(fake) - scale(real)).abs().mean()
        return total
