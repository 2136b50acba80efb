# Adapted from https://github.com/pandeykartikey/Hierarchical-Attention-Network/issues/3, which asks why it must be log_softmax.
import torch
import torch.nn as nn
import torch.nn.functional as F


class SentenceAttention(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.gru = nn.GRU(width, 50, bidirectional=True)
        self.attention = nn.Linear(100, 100)
        self.context = nn.Parameter(torch.randn(100))
        self.classify = nn.Linear(100, classes)

    def forward(self, sentences):
        f_output, _ = self.gru(sentences)
        keys = torch.tanh(self.attention(f_output))
        weights = F.softmax(keys @ self.context, dim=0)
        pooled = (weights.unsqueeze(-1) * f_output).sum(0)
        output = F.softmax(self.classify(pooled), dim=1)
        return output


def train_data(batches, targets, model, optimizer, criterion):
    losses = []
    for sentences, target in zip(batches, targets):
        optimizer.zero_grad()
        y_pred = model(sentences)
        loss = criterion(y_pred, target)  # expect: TL406
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main(batches, targets):
    model = SentenceAttention(200, 5)
    criterion = nn.NLLLoss()
    train_data(batches, targets, model, torch.optim.SGD(model.parameters(), lr=1e-3), criterion)
