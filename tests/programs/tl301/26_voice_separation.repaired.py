# "how to solve the issue of overflow": exp() of a large score, in a kind of softmax that is written out:
# https://github.com/kyegomez/AttentionIsOFFByOne/issues/2
import torch
from torch import nn

normalise = lambda x, dim: torch.softmax(x, dim)


class Separator(nn.Module):
    def __init__(self, bins, speakers):
        super().__init__()
        self.bins, self.speakers = bins, speakers
        self.rnn = nn.GRU(bins, 32, batch_first=True)
        self.out = nn.Linear(32, bins * speakers)

    def masks(self, spectrogram):
        hidden, _ = self.rnn(spectrogram)
        scores = self.out(hidden)
        scores = scores.view(*spectrogram.shape, self.speakers)
        return normalise(scores, -1)

    def forward(self, spectrogram):
        return self.masks(spectrogram) * spectrogram.unsqueeze(-1)


if __name__ == "__main__":
    print(Separator(6, 2)(torch.rand(2, 4, 6)).shape)
