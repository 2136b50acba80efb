# Losses that are only looked at keep graphs of their own: https://github.com/pdearena/pdearena/pull/4
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import nn


class Surrogate(pl.LightningModule):
    def __init__(self, dim):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(dim, dim), nn.GELU(), nn.Linear(dim, dim))
        self.scalar_losses = []
        self.vector_losses = []

    def training_step(self, batch, batch_idx):
        x, y = batch
        out = self.model(x)
        loss = F.mse_loss(out, y)
        self.scalar_losses.append(F.mse_loss(out[:, :1], y[:, :1]))  # expect: TL112
        self.vector_losses.append((out - y).square().mean())  # expect: TL112
        return loss
