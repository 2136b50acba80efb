# Adapted from https://github.com/Natsu6767/InfoGAN-PyTorch/pull/8: integer constants fill the label tensor.
import torch
import torch.nn as nn
import torch.optim as optim
from torchvision import datasets, transforms

params = {"batch_size": 128, "num_epochs": 100, "learning_rate": 2e-4, "num_z": 62}
data = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
dataloader = torch.utils.data.DataLoader(data, batch_size=params["batch_size"], shuffle=True)


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 64, 28)

    def forward(self, x):
        return nn.functional.leaky_relu(self.conv(x), 0.1)


class DHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 1, 1)

    def forward(self, x):
        return torch.sigmoid(self.conv(x))


discriminator, netD = Body(), DHead()
criterionD = nn.BCELoss()
optimD = optim.Adam([*discriminator.parameters(), *netD.parameters()], lr=params["learning_rate"])


def labels_like(data, real, device):
    real_label, fake_label = 1, 0
    return torch.full((data.size(0),), real_label if real else fake_label, device=device)


for epoch in range(params["num_epochs"]):
    for i, (batch, _) in enumerate(dataloader, 0):
        optimD.zero_grad()
        label = labels_like(batch, True, "cpu")
        probs_real = netD(discriminator(batch)).view(-1)
        loss_real = criterionD(probs_real, label)  # expect: TL402
        loss_real.backward()
        optimD.step()
