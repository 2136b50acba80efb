# The loss is to be detached before it's kept: https://github.com/TRI-ML/packnet-sfm/pull/51
import pytorch_lightning as pl
import torch
from torch import nn


class DepthModel(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Conv2d(3, 1, 3, padding=1)
        self.outputs = []

    def training_step(self, batch, batch_idx):
        image, depth = batch
        predicted = self.net(image)
        loss = nn.functional.l1_loss(predicted, depth)
        self.outputs.append(loss)  # expect: TL112
        return loss

    def on_train_end(self):
        print(len(self.outputs), "steps")
