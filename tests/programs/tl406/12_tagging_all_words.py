# Scores of every word are flattened; padding is left out by the loss.
import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self, words, tags):
        super().__init__()
        self.embed = nn.Embedding(words, 64, padding_idx=0)
        self.lstm = nn.LSTM(64, 64, batch_first=True, bidirectional=True)
        self.hidden2tag = nn.Linear(128, tags)

    def forward(self, sentence):
        output, _ = self.lstm(self.embed(sentence))
        return self.hidden2tag(output)


class Runner:
    def __init__(self, words, tags):
        self.model = Tagger(words, tags)
        self.loss_function = nn.NLLLoss(ignore_index=-1)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def run(self, loader, epochs):
        for _ in range(epochs):
            for sentence, tags in loader:
                self.batch(sentence, tags)

    def batch(self, sentence, tags):
        scores = self.model(sentence)
        scores = scores.reshape(-1, scores.shape[-1])
        loss = self.loss_function(scores, tags.reshape(-1))  # expect: TL406
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
