# Which comes first in the loss of the negative words, the sum or the logarithm of the sigmoid:
# https://github.com/DSKSD/DeepNLP-models-Pytorch/issues/15
import torch
from torch import nn


class SkipgramNegSampling(nn.Module):
    def __init__(self, vocab_size, projection_dim):
        super().__init__()
        self.embedding_v = nn.Embedding(vocab_size, projection_dim)
        self.embedding_u = nn.Embedding(vocab_size, projection_dim)
        self.activation = nn.functional.logsigmoid

    def forward(self, center_words, target_words, negative_words):
        center_embeds = self.embedding_v(center_words)
        target_embeds = self.embedding_u(target_words)
        neg_embeds = -self.embedding_u(negative_words)
        positive_score = target_embeds.bmm(center_embeds.transpose(1, 2)).squeeze(2)
        negative_score = neg_embeds.bmm(center_embeds.transpose(1, 2)).squeeze(2)
        positive = self.activation(positive_score)
        negative = self.activation(negative_score)
        loss = positive + negative.sum(1, keepdim=True)
        return -torch.mean(loss)


if __name__ == "__main__":
    model = SkipgramNegSampling(20, 6)
    print(model(torch.randint(20, (3, 1)), torch.randint(20, (3, 1)), torch.randint(20, (3, 5))))
