# Convolutions and linear layers in front of batch norms of a video encoder: https://github.com/LAION-AI/phenaki/pull/3
import torch
from torch import nn


class ResBlock(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.block = nn.Sequential(
            nn.ReLU(),
            nn.Conv3d(channels, hidden, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm3d(hidden),
            nn.ReLU(),
            nn.Conv3d(hidden, channels, kernel_size=1, bias=False),
            nn.BatchNorm3d(channels),
        )

    def forward(self, x):
        return x + self.block(x)


class VideoEncoder(nn.Module):
    def __init__(self, channels=3, width=16, codes=32):
        super().__init__()
        self.stem = nn.Conv3d(channels, width, kernel_size=4, stride=2, padding=1)
        self.blocks = nn.Sequential(ResBlock(width, 2 * width), ResBlock(width, 2 * width))
        self.to_code = nn.Linear(width, codes, bias=False)
        self.norm = nn.BatchNorm1d(codes)

    def forward(self, video):
        features = self.blocks(self.stem(video))
        tokens = features.flatten(2).transpose(1, 2)
        codes = self.to_code(tokens)
        codes = self.norm(codes.transpose(1, 2))
        return codes.transpose(1, 2)


if __name__ == "__main__":
    print(VideoEncoder()(torch.randn(2, 3, 8, 16, 16)).shape)
