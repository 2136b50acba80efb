# Adapted from https://github.com/IBM/dstc-noesis/issues/18: the scores of replies go through a final softmax layer.
import torch
import torch.nn as nn


class DualEncoder(nn.Module):
    def __init__(self, vocabulary, hidden):
        super(DualEncoder, self).__init__()
        self.embedding = nn.Embedding(vocabulary, hidden)
        self.context = nn.LSTM(hidden, hidden, batch_first=True)
        self.bilinear = nn.Parameter(torch.randn(hidden, hidden) * 0.01)

    def forward(self, context, replies):
        _, (c, _) = self.context(self.embedding(context))
        batch, count, length = replies.shape
        _, (r, _) = self.context(self.embedding(replies.reshape(batch * count, length)))
        r = r[-1].reshape(batch, count, -1)
        logits = torch.einsum("bh,hk,bck->bc", c[-1], self.bilinear, r)
        output = logits
        return output


class Evaluator:
    def __init__(self, loss_func=None, batch_size=64):
        self.loss_func = nn.CrossEntropyLoss()
        self.batch_size = batch_size

    def evaluate(self, model, batches):
        total = 0.0
        for context, replies, target in batches:
            scores = model(context, replies)
            total += self.loss_func(scores, target).item()
        return total / len(batches)


def main(batches):
    return Evaluator().evaluate(DualEncoder(10000, 200), batches)
