# A GAN whose discriminator ends in a sigmoid, with the loss as logarithms: https://github.com/wiseodd/generative-models/issues/18
import torch
from torch import nn


class Discriminator(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.hidden = nn.Linear(dim, 32)
        self.score = nn.Linear(32, 1)

    def forward(self, x):
        h = torch.relu(self.hidden(x))
        return self.score(h)


def train(real, make_fake, steps=2):
    D = Discriminator(real.shape[1])
    solver = torch.optim.Adam(D.parameters(), lr=1e-3)
    for _ in range(steps):
        D_real = D(real)
        D_fake = D(make_fake(len(real)).detach())
        D_loss = nn.functional.softplus(-D_real).mean() + nn.functional.softplus(D_fake).mean()
        solver.zero_grad()
        D_loss.backward()
        solver.step()
    return D_loss


if __name__ == "__main__":
    print(train(torch.randn(8, 5), lambda n: torch.randn(n, 5)))
