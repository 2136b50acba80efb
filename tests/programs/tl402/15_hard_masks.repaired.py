# Adapted from https://github.com/pytorch/pytorch/issues/68655: hard masks as booleans need an explicit conversion.
import torch
import torch.nn as nn
import torch.nn.functional as F


def voice_activity(waveform, frame=160, level=0.02):
    frames = waveform.unfold(-1, frame, frame)
    energy = frames.pow(2).mean(dim=-1)
    active = energy > level
    return active.float()


class Detector(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.conv = nn.Conv1d(1, hidden, 160, stride=160)
        self.head = nn.Conv1d(hidden, 1, 1)

    def forward(self, waveform):
        features = F.relu(self.conv(waveform.unsqueeze(1)))
        return torch.sigmoid(self.head(features)).squeeze(1)


def train(steps=2):
    model = Detector()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        waveform = torch.rand(4, 1600) * 0.4
        category_mask = voice_activity(waveform)
        activity = model(waveform)
        loss = F.binary_cross_entropy(activity, category_mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    train()
