# Memory grows with a sum over steps: https://github.com/pytorch/pytorch/issues/1840
import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self, words, dim, tags):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.out = nn.Linear(dim, tags)
        self.sum_log_likelihood = 0.0

    def forward(self, sentence, tags):
        scores = torch.log_softmax(self.out(self.embed(sentence)), dim=-1)
        negative = nn.functional.nll_loss(scores, tags)
        self.sum_log_likelihood += negative  # expect: TL112
        return negative
