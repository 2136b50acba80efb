# Adapted from https://github.com/Lightning-AI/torchmetrics/issues/1367: multi-label targets as integers for a metric.
import torch
from torch import nn


class MultiLabelCollator:
    def __init__(self, num_labels, max_length):
        self.num_labels, self.max_length = num_labels, max_length

    def __call__(self, records):
        tokens = torch.zeros((len(records), self.max_length), dtype=torch.long)
        target = torch.zeros((len(records), self.num_labels), dtype=torch.int64)
        for row, (ids, tags) in enumerate(records):
            tokens[row, : len(ids)] = torch.tensor(ids)
            target[row, tags] = 1
        return tokens, target


class Tagger(nn.Module):
    def __init__(self, words, num_labels):
        super().__init__()
        self.embed = nn.Embedding(words, 32, padding_idx=0)
        self.out = nn.Linear(32, num_labels)
        self.loss_fn = nn.BCEWithLogitsLoss()

    def forward(self, tokens):
        return self.out(self.embed(tokens).mean(dim=1))

    def training_step(self, batch):
        tokens, target = batch
        preds = self(tokens)
        correct = ((preds.sigmoid() > 0.5) == target).float().mean()
        loss = self.loss_fn(preds, target.float())
        return loss, correct


def main():
    records = [([1, 2, 3], [0, 4]), ([4, 5], [2]), ([6, 7, 8, 9], [1, 3])]
    loader = torch.utils.data.DataLoader(records, batch_size=2, collate_fn=MultiLabelCollator(5, 8))
    model = Tagger(10, 5)
    for batch in loader:
        loss, correct = model.training_step(batch)
        loss.backward()


if __name__ == "__main__":
    main()
