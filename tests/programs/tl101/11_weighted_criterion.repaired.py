# Class weights of a criterion stayed on the CPU: https://github.com/Lightning-AI/pytorch-lightning/issues/2468
import torch
import torch.nn.functional as F
from lightning.pytorch import LightningModule


class Transcriber(LightningModule):
    def __init__(self, alphabet=94, width=64):
        super().__init__()
        self.encoder = torch.nn.Linear(width, alphabet)
        frequencies = torch.ones(alphabet)
        frequencies[0] = 100.0
        weights = frequencies.sum() / frequencies
        self.register_buffer("letter_weights", weights / weights.mean(), persistent=False)

    def forward(self, x):
        return self.encoder(x)

    def shared_step(self, batch):
        images, letters = batch
        scores = self(images)
        return F.cross_entropy(scores, letters, weight=self.letter_weights)

    def training_step(self, batch, batch_idx):
        return self.shared_step(batch)

    def validation_step(self, batch, batch_idx):
        self.log("val_loss", self.shared_step(batch))
