# Adapted from https://github.com/nishnik/Deep-Semantic-Similarity-Model-PyTorch/issues/2: cosine similarities, then softmax.
import torch
from torch import nn


class Similarity(nn.Module):
    def __init__(self, letters, hidden, size):
        super().__init__()
        self.query_conv = nn.Conv1d(letters, hidden, 3)
        self.doc_conv = nn.Conv1d(letters, hidden, 3)
        self.query_sem = nn.Linear(hidden, size)
        self.doc_sem = nn.Linear(hidden, size)
        self.gamma = nn.Linear(1, 1, bias=False)

    def encode(self, conv, sem, text):
        pooled = torch.tanh(conv(text.transpose(1, 2))).max(dim=2).values
        return torch.tanh(sem(pooled))

    def forward(self, query, documents):
        q = self.encode(self.query_conv, self.query_sem, query)
        d = [self.encode(self.doc_conv, self.doc_sem, document) for document in documents]
        dots = [torch.cosine_similarity(q, one, dim=1) for one in d]
        with_gamma = self.gamma(torch.stack(dots, dim=1).unsqueeze(2)).squeeze(2)
        return with_gamma


def main(samples):
    model = Similarity(90, 300, 128)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for query, documents in samples:
        y_pred = model(query, documents)
        y = torch.zeros(len(y_pred), dtype=torch.long)
        loss = criterion(y_pred, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
