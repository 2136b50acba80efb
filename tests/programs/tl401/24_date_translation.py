# Adapted from https://github.com/MorvanZhou/NLP-Tutorials/pull/28: token ids of dates are int32 where numpy says so.
import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils import data as Data


class DateData(Data.Dataset):
    def __init__(self, n):
        np.random.seed(1)
        self.x, self.y = [], []
        for _ in range(n):
            digits = np.random.randint(0, 10, size=8)
            self.x.append(digits)
            self.y.append(np.concatenate([[10], digits[::-1], [11]]))
        self.x, self.y = np.array(self.x, dtype=np.int32), np.array(self.y, dtype=np.int32)
        self.start_token = 10

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.y[index], len(self.y[index]) - 1


class Seq2Seq(nn.Module):
    def __init__(self, vocab, emb_dim, units):
        super().__init__()
        self.embeddings = nn.Embedding(vocab, emb_dim)
        self.encoder = nn.LSTM(emb_dim, units, 1, batch_first=True)
        self.decoder = nn.LSTM(emb_dim, units, 1, batch_first=True)
        self.dense = nn.Linear(units, vocab)
        self.opt = torch.optim.Adam(self.parameters(), lr=0.001)

    def train_logits(self, x, y):
        _, state = self.encoder(self.embeddings(x))
        out, _ = self.decoder(self.embeddings(y[:, :-1]), state)
        return self.dense(out)

    def step(self, x, y):
        self.opt.zero_grad()
        logits = self.train_logits(x, y)
        dec_out = y[:, 1:]
        loss = cross_entropy(logits.reshape(-1, 12), dec_out.reshape(-1))  # expect: TL401
        loss.backward()
        self.opt.step()
        return loss.detach().numpy()


def train():
    dataset = DateData(64)
    loader = Data.DataLoader(dataset, batch_size=32, shuffle=True)
    model = Seq2Seq(vocab=12, emb_dim=16, units=32)
    for i in range(2):
        for batch_idx, batch in enumerate(loader):
            bx, by, decoder_len = batch
            loss = model.step(bx, by)
            if batch_idx % 10 == 0:
                print("step", batch_idx, "loss", loss)


if __name__ == "__main__":
    train()
