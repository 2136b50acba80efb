# Adapted from https://github.com/pytorch/pytorch/issues/80208: a column of class indices with logits of one column.
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import Dataset, DataLoader


class Essays(Dataset):
    def __init__(self, rows, vocabulary):
        self.rows = rows
        self.vocabulary = vocabulary

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.rows[i]
        ids = [self.vocabulary[word] for word in row["text"].split()]
        return {"input_ids": ids, "label": row["label"]}


def pad(samples):
    longest = max(len(one["input_ids"]) for one in samples)
    input_ids = torch.LongTensor([one["input_ids"] + [0] * (longest - len(one["input_ids"])) for one in samples])
    targets = torch.FloatTensor([one["label"] for one in samples])[:, None]
    return {"input_ids": input_ids, "targets": targets}


class Scorer(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embedding = nn.Embedding(words, 8, padding_idx=0)
        self.head = nn.Linear(8, 1)

    def forward(self, input_ids):
        return self.head(self.embedding(input_ids).mean(dim=1))


class Lit:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters())

    def training_step(self, batch, batch_idx):
        logits = self.model(batch["input_ids"])
        loss = F.binary_cross_entropy_with_logits(logits, batch["targets"])
        return {"loss": loss}

    def fit(self, loader):
        for batch_idx, batch in enumerate(loader):
            out = self.training_step(batch, batch_idx)
            self.optimizer.zero_grad()
            out["loss"].backward()
            self.optimizer.step()


if __name__ == "__main__":
    words = {"good": 1, "bad": 2, "essay": 3}
    table = [{"text": "good essay", "label": 1}, {"text": "bad", "label": 0}]
    Lit(Scorer(4)).fit(DataLoader(Essays(table, words), batch_size=2, collate_fn=pad))
