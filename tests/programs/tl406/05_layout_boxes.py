# Adapted from https://github.com/jamesli1618/Obj-GAN/issues/30: labels of boxes by a softmax without a logarithm.
import torch
import torch.nn as nn
import torch.nn.functional as F


class BoxDecoder(nn.Module):
    def __init__(self, width, labels):
        super().__init__()
        self.gru = nn.GRU(width, 128, batch_first=True)
        self.l_out = nn.Linear(128, labels)
        self.xy_out = nn.Linear(128, 2)

    def forward(self, x, hidden=None):
        output, hidden = self.gru(x, hidden)
        l_scores = self.l_out(output[:, -1])
        l_probs = F.softmax(l_scores, dim=1)
        return l_probs, self.xy_out(output[:, -1]), hidden


class Steps:
    def __init__(self, decoder):
        self.decoder = decoder
        self.l_criterion = nn.NLLLoss(ignore_index=0)

    def loss(self, inputs, labels, centres):
        hidden = None
        total = torch.zeros(())
        for t in range(inputs.size(1)):
            probs, xy, hidden = self.decoder(inputs[:, t : t + 1], hidden)
            lloss = self.l_criterion(probs, labels[:, t])  # expect: TL406
            total = total + lloss + F.mse_loss(xy, centres[:, t])
        return total


def main(loader):
    steps = Steps(BoxDecoder(64, 81))
    for inputs, labels, centres in loader:
        steps.loss(inputs, labels, centres).backward()
