# Adapted from https://github.com/tobiasvanderwerff/full-page-handwriting-recognition/issues/4: the targets are int32.
import torch
from torch import nn


class Recogniser(nn.Module):
    def __init__(self, vocabulary, width=256, pad=0):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.decoder = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocabulary)
        self.loss_fn = nn.CrossEntropyLoss(ignore_index=pad)

    def forward(self, memory, targets):
        shifted = targets[:, :-1]
        hidden, _ = self.decoder(self.embed(shifted), memory)
        logits = self.head(hidden)
        loss = self.loss_fn(logits.transpose(1, 2), targets[:, 1:])
        return logits, loss


def collate(lines, alphabet, pad=0):
    longest = max(len(line) for line in lines)
    targets = torch.full((len(lines), longest), pad, dtype=torch.int64)
    for row, line in enumerate(lines):
        targets[row, : len(line)] = torch.tensor([alphabet[c] for c in line])
    return targets


def train(lines, alphabet):
    model = Recogniser(len(alphabet))
    optimizer = torch.optim.AdamW(model.parameters())
    for _ in range(10):
        targets = collate(lines, alphabet)
        memory = torch.zeros(1, len(lines), 256)
        _, loss = model(memory, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
