# Adapted from https://github.com/ando-khachatryan/HiDDeN/issues/28: integer labels for the discriminator.
import torch
import torch.nn as nn


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.before_linear = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)))
        self.linear = nn.Linear(64, 1)

    def forward(self, image):
        x = self.before_linear(image)
        x = x.squeeze(3).squeeze(2)
        return self.linear(x)


class Hidden:
    def __init__(self, encoder, device):
        self.encoder = encoder
        self.discriminator = Discriminator().to(device)
        self.optimizer = torch.optim.Adam(self.discriminator.parameters())
        self.device = device
        self.bce_with_logits_loss = nn.BCEWithLogitsLoss().to(device)
        self.cover_label = 1.0
        self.encoded_label = 0.0

    def train_on_batch(self, batch):
        images, messages = batch
        batch_size = images.shape[0]
        self.optimizer.zero_grad()
        d_target_label_cover = torch.full((batch_size, 1), self.cover_label, device=self.device)
        d_target_label_encoded = torch.full((batch_size, 1), self.encoded_label, device=self.device)
        d_on_cover = self.discriminator(images)
        d_loss_on_cover = self.bce_with_logits_loss(d_on_cover, d_target_label_cover)
        d_loss_on_cover.backward()
        encoded_images = self.encoder(images, messages)
        d_on_encoded = self.discriminator(encoded_images.detach())
        d_loss_on_encoded = self.bce_with_logits_loss(d_on_encoded, d_target_label_encoded)
        d_loss_on_encoded.backward()
        self.optimizer.step()
