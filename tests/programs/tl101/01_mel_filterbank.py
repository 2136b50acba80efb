# A spectral loss kept its filterbank as a plain attribute: https://github.com/csteinmetz1/auraloss/issues/34
import numpy as np
import torch


def triangular_filters(n_fft, bands):
    filters = np.zeros((bands, n_fft // 2 + 1), dtype=np.float32)
    edges = np.linspace(0, n_fft // 2, bands + 2).astype(int)
    for band in range(bands):
        low, center, high = edges[band : band + 3]
        filters[band, low:center] = np.linspace(0.0, 1.0, max(center - low, 1))[: center - low]
        filters[band, center:high] = np.linspace(1.0, 0.0, max(high - center, 1))[: high - center]
    return filters


class FilteredSpectralLoss(torch.nn.Module):
    def __init__(self, fft_size=512, bands=40, scale="mel"):
        super().__init__()
        self.fft_size = fft_size
        self.scale = scale
        if scale == "mel":
            fb = triangular_filters(fft_size, bands)
            self.fb = torch.tensor(fb).unsqueeze(0)  # expect: TL101
        elif scale == "chroma":
            fb = triangular_filters(fft_size, 12)
            self.fb = torch.tensor(fb).unsqueeze(0)

    def magnitude(self, x):
        window = torch.hann_window(self.fft_size, device=x.device)
        spectrum = torch.stft(x, self.fft_size, window=window, return_complex=True)
        return spectrum.abs()

    def forward(self, prediction, target):
        p, t = self.magnitude(prediction), self.magnitude(target)
        if self.scale is not None:
            p = torch.matmul(self.fb, p)
            t = torch.matmul(self.fb, t)
        return torch.nn.functional.l1_loss(p, t)
