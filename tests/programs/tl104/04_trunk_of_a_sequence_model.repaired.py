# The trunk of a model of DNA sequences fills a ModuleList without the constructor of nn.Module.
# https://github.com/Genentech/gReLU/issues/188
from torch import Tensor, nn


class ConvBlock(nn.Module):
    def __init__(self, channels: int, kernel_size: int, pool: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(4, channels, kernel_size, bias=False)
        self.norm = nn.BatchNorm1d(channels)
        self.pool = nn.MaxPool1d(pool, ceil_mode=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(self.norm(self.conv(x)).relu())


class Trunk(nn.Module):
    """Independent towers of convolutions."""

    def __init__(self, length: int, channels: int = 300, kernel_size: int = 19, pool: int = 7, blocks: int = 2) -> None:
        super().__init__()
        # Attributes
        self.length = length
        self.channels = channels

        self.blocks = nn.ModuleList()
        for _ in range(blocks):
            self.blocks.append(ConvBlock(channels, kernel_size, pool))

    def forward(self, x: Tensor) -> Tensor:
        first, *others = [block(x) for block in self.blocks]
        return sum(others, first)
