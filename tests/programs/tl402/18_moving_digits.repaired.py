# Adapted from https://github.com/tsugumi-sys/SA-ConvLSTM-Pytorch/pull/15: frames of bytes are the target of BCELoss.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


class MovingDigits:
    def __init__(self, split_ratio, input_frames):
        videos = np.zeros((20, 6, 16, 16), dtype=np.uint8)
        videos[:, :, 4:9, 4:9] = 1
        split = int(len(videos) * split_ratio)
        self.train, self.valid = videos[:split], videos[split:]
        self.input_frames = input_frames

    def collate(self, batch):
        batch = torch.from_numpy(np.stack(batch))
        batch = batch.unsqueeze(1)
        return batch[:, :, : self.input_frames].float(), batch[:, :, self.input_frames]


class Predictor(nn.Module):
    def __init__(self, frames):
        super().__init__()
        self.conv = nn.Conv3d(1, 8, 3, padding=1)
        self.last = nn.Conv2d(8 * frames, 1, 1)

    def forward(self, x):
        x = torch.relu(self.conv(x)).flatten(1, 2)
        return torch.sigmoid(self.last(x))


class Trainer:
    def __init__(self, data, model):
        self.data, self.model = data, model
        self.loss_criterion = nn.BCELoss(reduction="sum")
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def run(self):
        loader = DataLoader(self.data.train, batch_size=4, collate_fn=self.data.collate)
        for input, target in loader:
            self.optimizer.zero_grad()
            output = self.model(input)
            loss = self.loss_criterion(output.flatten(), target.flatten().float())
            loss.backward()
            self.optimizer.step()


if __name__ == "__main__":
    Trainer(MovingDigits(0.8, 5), Predictor(5)).run()
