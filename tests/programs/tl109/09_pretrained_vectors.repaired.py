# Pretrained vectors are assigned to the weight of an embedding.
import numpy as np
import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self, vectors: np.ndarray, hidden: int, tags: int):
        super().__init__()
        words, dim = vectors.shape
        self.embedding = nn.Embedding(words, dim)
        self.embedding.weight = nn.Parameter(torch.from_numpy(vectors))
        self.lstm = nn.LSTM(dim, hidden, batch_first=True)
        self.out = nn.Linear(hidden, tags)

    def forward(self, words):
        states, _ = self.lstm(self.embedding(words))
        return self.out(states)
