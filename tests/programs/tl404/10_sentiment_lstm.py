# A recurrent classifier that keeps its sigmoid as an attribute and squeezes the result afterwards.
import torch
import torch.nn as nn


class Sentiment(nn.Module):
    def __init__(self, vocabulary, embedding, hidden):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.lstm = nn.LSTM(embedding, hidden, 2, dropout=0.5, batch_first=True)
        self.fc = nn.Linear(hidden, 1)
        self.sig = nn.Sigmoid()

    def forward(self, x, hidden=None):
        embedded = self.embedding(x)
        out, hidden = self.lstm(embedded, hidden)
        out = self.fc(out[:, -1])
        sig_out = self.sig(out)
        return sig_out, hidden


net = Sentiment(74072, 400, 256)
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)


def train(loader):
    hidden = None
    for inputs, labels in loader:
        net.zero_grad()
        output, hidden = net(inputs, hidden)
        hidden = tuple(one.detach() for one in hidden)
        loss = criterion(output.squeeze(), labels.float())  # expect: TL404
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()
