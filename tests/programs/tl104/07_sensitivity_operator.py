# An operator of magnetic resonance imaging registers its coil maps, and isn't initialised.
# https://github.com/PTB-MR/mrpro/pull/188
import torch
from torch import Tensor, nn


class Operator(nn.Module):
    def adjoint(self, x: Tensor) -> Tensor:
        raise NotImplementedError


class Sensitivity(Operator):
    """Multiply an image with the sensitivity of each coil."""

    def __init__(self, maps: Tensor) -> None:
        norm = maps.abs().square().sum(0, keepdim=True).sqrt()
        scaled = maps / norm.clamp(min=1e-6)
        self.register_buffer("maps", scaled)  # expect: TL104

    def forward(self, image: Tensor) -> Tensor:
        return image.unsqueeze(0) * self.maps

    def adjoint(self, x: Tensor) -> Tensor:
        return (x * self.maps.conj()).sum(0)


def main():
    coils = torch.randn(4, 16, 16, dtype=torch.complex64)
    operator = Sensitivity(coils)
    image = torch.ones(16, 16, dtype=torch.complex64)
    return operator.adjoint(operator(image))
