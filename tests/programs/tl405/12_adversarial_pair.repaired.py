# The critic was written for another loss; the constants and the criterion stand at the top of the script.
import torch
import torch.nn as nn


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(784, 512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 1),
        )

    def forward(self, images):
        flat = images.view(images.size(0), -1)
        validity = torch.sigmoid(self.model(flat))
        return validity


adversarial_loss = torch.nn.BCELoss()
critic = Critic()
optimizer = torch.optim.Adam(critic.parameters(), lr=2e-4)


def train(loader, generator):
    for images, _ in loader:
        valid = torch.ones(images.size(0), 1)
        fake = torch.zeros(images.size(0), 1)
        made = generator(torch.randn(images.size(0), 100))
        real_loss = adversarial_loss(critic(images), valid)
        fake_loss = adversarial_loss(critic(made.detach()), fake)
        optimizer.zero_grad()
        ((real_loss + fake_loss) / 2).backward()
        optimizer.step()
