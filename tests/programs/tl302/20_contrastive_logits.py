# A contrastive loss gives NaN for features that aren't normalised, whose scores differ by thousands:
# https://github.com/HobbitLong/SupContrast/issues/104
import torch
from torch import nn


class InfoNCE(nn.Module):
    def __init__(self, temperature=0.07):
        super().__init__()
        self.temperature = temperature

    def similarities(self, queries, keys):
        return torch.matmul(queries, keys.T) / self.temperature

    def forward(self, queries, keys):
        logits = self.similarities(queries, keys)
        matching = nn.functional.softmax(logits, dim=1)
        positives = torch.diagonal(matching)
        accuracy = (logits.argmax(1) == torch.arange(len(logits), device=logits.device)).float().mean()
        loss = -torch.log(positives).mean()  # expect: TL302
        return loss, accuracy


class Encoder(nn.Module):
    def __init__(self, inputs, dim):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(inputs, 32), nn.ReLU())
        self.head = nn.Linear(32, dim)

    def forward(self, x):
        return self.head(self.backbone(x))


if __name__ == "__main__":
    encoder, criterion = Encoder(6, 8), InfoNCE()
    x = torch.randn(5, 6)
    loss, accuracy = criterion(encoder(x), encoder(x + 0.1 * torch.randn(5, 6)))
    loss.backward()
    print(accuracy)
