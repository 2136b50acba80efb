# One step of a decoder at a time, its probabilities summed up as a loss.
import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, words, hidden):
        super().__init__()
        self.embedding = nn.Embedding(words, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, words)
        self.softmax = nn.LogSoftmax(dim=-1)

    def forward(self, word, hidden):
        embedded = torch.relu(self.embedding(word))
        output, hidden = self.gru(embedded, hidden)
        scores = self.out(output[:, 0])
        return self.softmax(scores), hidden


def sentence(decoder, criterion, hidden, words):
    loss = torch.zeros(())
    word = torch.zeros(len(words), 1, dtype=torch.long)
    for t in range(words.size(1)):
        output, hidden = decoder(word, hidden)
        loss = loss + criterion(output, words[:, t])
        word = words[:, t : t + 1]
    return loss


def main(pairs):
    decoder = Decoder(5000, 256)
    optimizer = torch.optim.SGD(decoder.parameters(), lr=0.01)
    for hidden, words in pairs:
        loss = sentence(decoder, nn.NLLLoss(), hidden, words)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
