# "Why not just use F.softmax?": https://github.com/kaushalshetty/Structured-Self-Attention/issues/9
import torch
from torch import nn


class StructuredSelfAttention(nn.Module):
    def __init__(self, vocabulary, hidden, hops):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.first = nn.Linear(hidden, hidden)
        self.second = nn.Linear(hidden, hops)

    def softmax(self, scores, axis=1):
        return torch.softmax(scores, axis)

    def forward(self, tokens):
        outputs, _ = self.lstm(self.embedding(tokens))
        hidden = torch.tanh(self.first(outputs))
        scores = self.second(hidden)
        attention = self.softmax(scores, 1).transpose(1, 2)
        return attention @ outputs, attention


if __name__ == "__main__":
    print(StructuredSelfAttention(100, 16, 4)(torch.randint(100, (2, 9)))[0].shape)
