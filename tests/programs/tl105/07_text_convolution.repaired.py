# The learnable convolution moves to __init__: https://github.com/graykode/nlp-tutorial/pull/34
import torch
import torch.nn as nn
import torch.nn.functional as F


class TextCNN(nn.Module):
    def __init__(self, words, dim, filters, sizes, length, classes):
        super().__init__()
        self.dim, self.filters, self.sizes, self.length = dim, filters, sizes, length
        self.embed = nn.Embedding(words, dim)
        self.out = nn.Linear(filters * len(sizes), classes)
        self.convs = nn.ModuleList(nn.Conv2d(1, filters, (size, dim)) for size in sizes)

    def forward(self, tokens):
        embedded = self.embed(tokens).unsqueeze(1)
        pooled = []
        for size, conv in zip(self.sizes, self.convs):
            h = F.relu(conv(embedded))
            mp = nn.MaxPool2d((self.length - size + 1, 1))
            pooled.append(mp(h).flatten(1))
        return self.out(torch.cat(pooled, dim=1))
