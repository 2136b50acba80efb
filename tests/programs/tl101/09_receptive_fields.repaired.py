# Sampled receptive fields weren't transferred to CUDA: https://github.com/norse/norse/pull/397
import torch


def spatial_receptive_field(ratio, size):
    grid = torch.linspace(-1, 1, size)
    x, y = torch.meshgrid(grid, grid, indexing="xy")
    field = torch.exp(-(x**2 + (y / ratio) ** 2))
    return field / field.norm()


class SampledReceptiveField2d(torch.nn.Module):
    def __init__(self, ratios, size=9, bias=False):
        super().__init__()
        fields = [spatial_receptive_field(ratio, size) for ratio in ratios]
        self.out_channels = len(fields)
        weights = torch.stack(fields).unsqueeze(1)
        self.register_buffer("weights", weights, persistent=False)
        self.bias = torch.nn.Parameter(torch.zeros(self.out_channels)) if bias else None

    def forward(self, x: torch.Tensor):
        return torch.conv2d(x, self.weights, self.bias, padding="same")
