# A LightningModule that projects its features for the loss, with a projection made in the step.
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import nn


class Contrastive(pl.LightningModule):
    def __init__(self, backbone, dim):
        super().__init__()
        self.backbone = backbone
        self.dim = dim
        self.project = nn.Sequential(nn.LazyLinear(dim), nn.ReLU(), nn.Linear(dim, dim))

    def training_step(self, batch, batch_idx):
        first, second = batch
        a, b = self.backbone(first), self.backbone(second)
        a, b = F.normalize(self.project(a), dim=1), F.normalize(self.project(b), dim=1)
        scores = a @ b.T / 0.1
        return F.cross_entropy(scores, torch.arange(len(a), device=scores.device))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())
