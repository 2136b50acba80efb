# Beam search over captions flattens beams and words together: https://github.com/aimagelab/show-control-and-tell/issues/23
import torch
from torch import nn


class Captioner(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.cell = nn.GRUCell(width, width)
        self.out = nn.Linear(width, vocabulary)

    def step(self, words, state):
        state = self.cell(self.embedding(words), state)
        return torch.log_softmax(self.out(state), -1), state

    def beam_search(self, state, beam_size):
        batch = state.size(0)
        words = torch.zeros(batch, dtype=torch.long)
        scores, state = self.step(words, state)
        totals, chosen = scores.topk(beam_size, -1)

        candidates = []
        for beam in range(beam_size):
            following, _ = self.step(chosen[:, beam], state)
            candidates.append(following)
        per_beam = torch.stack(candidates, 0) + totals.t().unsqueeze(-1)
        log_probabilities = per_beam.transpose(0, 1)
        selected, index = torch.sort(log_probabilities.reshape(batch, -1), -1, descending=True)
        return selected[:, :beam_size], index[:, :beam_size]


if __name__ == "__main__":
    model = Captioner(11, 8)
    print(model.beam_search(torch.zeros(3, 8), 2))
