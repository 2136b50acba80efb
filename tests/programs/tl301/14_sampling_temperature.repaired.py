# A softmax that is unstable for numbers such as [100, 1000]: https://github.com/tenstorrent/tt-metal/pull/13068
import torch
from torch import nn


def make_sampler(temperature, top_k):
    def sample(logits):
        values, indices = logits.topk(top_k, dim=-1)
        scaled = values / temperature
        probs = torch.softmax(scaled, dim=-1)
        choice = torch.multinomial(probs, num_samples=1)
        return indices.gather(-1, choice)

    return sample


class TinyLanguageModel(nn.Module):
    def __init__(self, vocabulary, dim):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        self.rnn = nn.GRU(dim, dim, batch_first=True)
        self.head = nn.Linear(dim, vocabulary)

    def forward(self, tokens):
        hidden, _ = self.rnn(self.embedding(tokens))
        return self.head(hidden[:, -1])


@torch.inference_mode()
def generate(model, tokens, steps, sample):
    for _ in range(steps):
        tokens = torch.cat([tokens, sample(model(tokens))], dim=1)
    return tokens


if __name__ == "__main__":
    print(generate(TinyLanguageModel(20, 8), torch.zeros(1, 1, dtype=torch.long), 4, make_sampler(0.1, 5)))
