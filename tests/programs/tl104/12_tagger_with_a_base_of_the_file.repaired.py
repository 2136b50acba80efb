# A tagger gives sizes to its base, and makes its own layer one line too early.
from torch import nn


class Recurrent(nn.Module):
    def __init__(self, words, dim, hidden):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.rnn = nn.LSTM(dim, hidden, batch_first=True, bidirectional=True)

    def states(self, tokens):
        return self.rnn(self.embed(tokens))[0]


class Tagger(Recurrent):
    def __init__(self, words, tags, dim=64, hidden=128):
        self.tags = tags
        super().__init__(words, dim, hidden)
        self.dropout = nn.Dropout(0.3)
        self.out = nn.Linear(2 * hidden, tags)

    def forward(self, tokens):
        return self.out(self.dropout(self.states(tokens)))
