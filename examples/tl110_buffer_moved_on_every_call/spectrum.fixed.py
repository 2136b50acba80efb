"""A loss on spectra: its window and weights are copied to the device of the signal at every call."""

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode


class SpectralLoss(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        window = torch.hann_window(size)
        self.register_buffer("window", window / window.sum(), persistent=False)
        bands = torch.arange(size // 2 + 1)
        self.register_buffer("audible", bands > 1, persistent=False)

    def magnitudes(self, signal: torch.Tensor) -> torch.Tensor:
        return torch.fft.rfft(signal * self.window.to(signal.device)).abs()  # expect: TL110

    def forward(self, signal: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        device = signal.device
        difference = (self.magnitudes(signal) - self.magnitudes(target)).square()
        return (difference * self.audible.to(device)).mean()  # expect: TL110


class Copies(TorchDispatchMode):
    """Counts the copies from one device to another."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func is torch.ops.aten._to_copy.default and result.device != args[0].device:
            self.count += 1
        return result


def main() -> dict[str, object]:
    """The loss, and how many tensors three calls copy to another device."""
    torch.manual_seed(0)
    signal, target = torch.randn(2, 3, 16)
    model = SpectralLoss(16)
    value = model(signal, target)
    loss = SpectralLoss(16).to("meta")
    with Copies() as copies:
        for _ in range(3):
            loss(signal.to("meta"), target.to("meta"))
    return {"model": model, "loss": value, "copies": float(copies.count - 6)}
