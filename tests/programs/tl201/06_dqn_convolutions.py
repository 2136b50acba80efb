# An agent's convolutions were said to need no bias, and its author asked why: https://coderapp.vercel.app/answer/64866328
import torch
from torch import nn


class DQN(nn.Module):
    def __init__(self, input_shape, n_actions):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(input_shape[0], 32, kernel_size=5, stride=2),  # expect: TL201
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=3, stride=2),  # expect: TL201
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.Conv2d(64, 64, kernel_size=3, stride=2),  # expect: TL201
            nn.BatchNorm2d(64),
            nn.AdaptiveAvgPool2d(4),
        )
        conv_out_size = self._get_conv_out(input_shape)
        self.fc = nn.Sequential(nn.Linear(conv_out_size, 128), nn.ReLU(), nn.Linear(128, n_actions))

    def _get_conv_out(self, shape):
        with torch.no_grad():
            out = self.conv(torch.zeros(2, *shape))
        return out[0].numel()

    def forward(self, x):
        features = self.conv(x.float() / 255)
        return self.fc(features.reshape(x.shape[0], -1))


if __name__ == "__main__":
    print(DQN((3, 64, 64), 4)(torch.zeros(2, 3, 64, 64, dtype=torch.uint8)).shape)
