# A check of the loss of a response ranker for numerical stability; torch's own logsumexp was the result:
# https://github.com/jordiclive/Convert-PolyAI-Torch/issues/8
import torch
from torch import nn


class Ranker(nn.Module):
    def __init__(self, words, dim):
        super().__init__()
        self.context = nn.EmbeddingBag(words, dim)
        self.reply = nn.EmbeddingBag(words, dim)

    def forward(self, contexts, replies):
        return self.context(contexts), self.reply(replies)


def in_batch_loss(context, reply):
    similarities = context.matmul(reply.transpose(0, 1))
    positive = similarities.diagonal()
    exponentials = similarities.exp()
    normaliser = exponentials.sum(1).log()  # expect: TL303
    return (normaliser - positive).mean()


def train(model, batches):
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    for contexts, replies in batches:
        optimiser.zero_grad()
        loss = in_batch_loss(*model(contexts, replies))
        loss.backward()
        optimiser.step()
    return loss.item()


if __name__ == "__main__":
    pairs = [(torch.randint(50, (8, 6)), torch.randint(50, (8, 6))) for _ in range(3)]
    print(train(Ranker(50, 16), pairs))
