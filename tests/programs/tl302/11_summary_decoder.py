# The decoder of a summarizer gives a softmax, and its beam search needs logarithms:
# https://github.com/atulkum/pointer_summarizer/issues/26
import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, vocabulary, dim):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        self.lstm = nn.LSTM(dim, dim, batch_first=True)
        self.out1 = nn.Linear(dim, dim)
        self.out2 = nn.Linear(dim, vocabulary)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, token, state):
        output, state = self.lstm(self.embedding(token), state)
        output = self.out1(output.squeeze(1))
        vocab_dist = self.softmax(self.out2(output))
        return vocab_dist, state


class BeamSearch:
    def __init__(self, vocabulary=15, dim=8, beam_size=2):
        self.decoder = Decoder(vocabulary, dim)
        self.beam_size = beam_size

    def expand(self, tokens, state):
        final_dist, state = self.decoder(tokens, state)
        log_probs = torch.log(final_dist)  # expect: TL302
        return torch.topk(log_probs, 2 * self.beam_size), state


if __name__ == "__main__":
    zeros = torch.zeros(1, 3, 8)
    (scores, ids), _ = BeamSearch().expand(torch.tensor([[1], [2], [3]]), (zeros, zeros))
    print(scores, ids)
