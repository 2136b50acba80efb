# A decoder whose recurrent layer is made for the size of the encoder's state.
import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, symbols, dim):
        super().__init__()
        self.embed = nn.Embedding(symbols, dim)
        self.out = nn.Linear(dim, symbols)

    def forward(self, tokens, state):
        embedded = self.embed(tokens)
        size = embedded.size(-1)
        gru = nn.GRU(size, state.size(-1), batch_first=True)  # expect: TL105
        outputs, state = gru(embedded, state)
        return self.out(outputs), state

    def generate(self, first, state, steps):
        found = [first]
        for _ in range(steps):
            scores, state = self(found[-1], state)
            found.append(scores[:, -1:].argmax(dim=-1))
        return torch.cat(found, dim=1)
