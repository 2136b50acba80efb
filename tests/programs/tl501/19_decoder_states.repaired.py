# The final states of both directions are joined to one vector for each sample.
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, vocabulary, width, layers):
        super().__init__()
        self.width = width
        self.layers = layers
        self.embedding = nn.Embedding(vocabulary, width)
        self.rnn = nn.LSTM(width, width, layers, bidirectional=True, batch_first=True)
        self.bridge = nn.Linear(2 * layers * width, width)

    def forward(self, tokens):
        embedded = self.embedding(tokens)
        output, (hidden, cell) = self.rnn(embedded)
        batch = tokens.size(0)
        by_sample = hidden.permute(1, 0, 2)
        summary = torch.tanh(by_sample)
        summary = summary.reshape(batch, -1)
        return output, torch.tanh(self.bridge(summary))


if __name__ == "__main__":
    outputs, state = Encoder(15, 6, 2)(torch.randint(0, 15, (3, 5)))
    print(outputs.shape, state.shape)
