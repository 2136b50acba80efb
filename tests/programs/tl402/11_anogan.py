# Adapted from https://github.com/YutaroOgawa/pytorch_advanced/issues/144: label tensors of ints in a notebook's GAN.
import torch
import torch.nn as nn


class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.1, inplace=True))
        self.last = nn.Conv2d(64, 1, 32)

    def forward(self, x):
        return self.last(self.layer(x))


def train_model(G, D, dataloader, num_epochs):
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    d_optimizer = torch.optim.Adam(D.parameters(), 0.0004, [0.0, 0.9])
    criterion = nn.BCEWithLogitsLoss(reduction="mean")
    G.to(device)
    D.to(device)
    for epoch in range(num_epochs):
        for images in dataloader:
            if images.size()[0] == 1:
                continue
            images = images.to(device)
            count = images.size()[0]
            label_real = torch.full((count,), 1).to(device)
            label_fake = torch.full((count,), 0).to(device)
            d_out_real = D(images)
            fake_images = G(torch.randn(count, 20, 1, 1).to(device))
            d_out_fake = D(fake_images)
            d_loss_real = criterion(d_out_real.view(-1), label_real)  # expect: TL402
            d_loss_fake = criterion(d_out_fake.view(-1), label_fake)  # expect: TL402
            d_optimizer.zero_grad()
            (d_loss_real + d_loss_fake).backward()
            d_optimizer.step()


def main(G, images):
    train_model(G, D(), images, num_epochs=300)
