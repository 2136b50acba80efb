# "Why add torch.log here?", about the scores of a beam search over a translator's softmax:
# https://github.com/jadore801120/attention-is-all-you-need-pytorch/issues/191
import torch
from torch import nn
import torch.nn.functional as F


class Translator(nn.Module):
    def __init__(self, model, beam_size, max_length, eos):
        super().__init__()
        self.model = model
        self.beam_size = beam_size
        self.max_length = max_length
        self.eos = eos

    def _decode(self, tokens):
        logits = self.model(tokens)
        return F.softmax(logits, dim=-1)

    def _first(self, tokens):
        output = self._decode(tokens)
        best_probs, best = output[:, -1, :].topk(self.beam_size)
        scores = torch.log(best_probs).view(self.beam_size)  # expect: TL302
        beams = torch.cat([tokens.repeat(self.beam_size, 1), best.view(-1, 1)], dim=1)
        return beams, scores

    def _step(self, beams, scores):
        output = self._decode(beams)
        best_probs, best = output[:, -1, :].topk(self.beam_size)
        total = torch.log(best_probs) + scores.view(self.beam_size, 1)  # expect: TL302
        scores, flat = total.view(-1).topk(self.beam_size)
        rows = flat // self.beam_size
        columns = flat % self.beam_size
        return torch.cat([beams[rows], best[rows, columns].unsqueeze(1)], dim=1), scores

    @torch.no_grad()
    def translate(self, start):
        beams, scores = self._first(torch.tensor([[start]]))
        for _ in range(self.max_length - 2):
            beams, scores = self._step(beams, scores)
            if (beams[:, -1] == self.eos).all():
                break
        return beams[scores.argmax()]


if __name__ == "__main__":
    print(Translator(nn.Sequential(nn.Embedding(12, 8), nn.Linear(8, 12)), 3, 6, 1).translate(2))
