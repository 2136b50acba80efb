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

    def training_step(self, batch, batch_idx):
        first, second = batch
        a, b = self.backbone(first), self.backbone(second)
        project = nn.Sequential(nn.Linear(a.shape[1], self.dim), nn.ReLU(), nn.Linear(self.dim, self.dim))  # expect: TL105
        project = project.to(self.device)
        a, b = F.normalize(project(a), dim=1), F.normalize(project(b), dim=1)
        scores = a @ b.T / 0.1
        return F.cross_entropy(scores, torch.arange(len(a), device=scores.device))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())
