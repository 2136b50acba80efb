# Adapted from https://github.com/PacktPublishing/Mastering-PyTorch/issues/4: sentiments padded into an integer array.
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


def load(reviews, sentiments, vocabulary, length=128):
    encoded = np.zeros((len(reviews), length), dtype=np.int64)
    for row, review in enumerate(reviews):
        ids = [vocabulary.get(word, 0) for word in review.split()][:length]
        encoded[row, : len(ids)] = ids
    labels = np.array([1 if s == "pos" else 0 for s in sentiments])
    return TensorDataset(torch.from_numpy(encoded), torch.from_numpy(labels))


class RNN(nn.Module):
    def __init__(self, words, width=64):
        super().__init__()
        self.embedding_layer = nn.Embedding(words, width)
        self.rnn_layer = nn.RNN(width, width, batch_first=True)
        self.fc_layer = nn.Linear(width, 1)

    def forward(self, sequence):
        output, hidden = self.rnn_layer(self.embedding_layer(sequence))
        return self.fc_layer(output[:, -1])


def train(model, dataloader, optim, loss_func):
    model.train()
    for text, sentiment in dataloader:
        optim.zero_grad()
        preds = model(text).squeeze(1)
        loss_curr = loss_func(preds, sentiment)  # expect: TL402
        loss_curr.backward()
        optim.step()


def main(reviews, sentiments, vocabulary):
    data = load(reviews, sentiments, vocabulary)
    model = RNN(len(vocabulary))
    train(model, DataLoader(data, batch_size=32), torch.optim.Adam(model.parameters()), nn.BCEWithLogitsLoss())
