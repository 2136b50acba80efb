# A network is given to a LightningModule that doesn't initialise itself.
# https://github.com/Lightning-AI/pytorch-lightning/issues/1738
import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F


class Task(pl.LightningModule):
    def __init__(self, backbone: nn.Module, classes: int, lr: float = 1e-3):
        super().__init__()
        self.lr = lr
        self.classes = classes
        self.backbone = backbone
        self.head = nn.Linear(128, classes)

    def forward(self, images):
        return self.head(self.backbone(images))

    def training_step(self, batch, index):
        images, labels = batch
        loss = F.cross_entropy(self(images), labels)
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)
