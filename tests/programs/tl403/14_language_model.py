# A character model that flattens its probabilities over time before the loss.
import torch
from torch import nn


class CharModel(nn.Module):
    def __init__(self, characters, hidden):
        super().__init__()
        self.encoder = nn.Embedding(characters, hidden)
        self.rnn = nn.GRU(hidden, hidden, num_layers=2, batch_first=True)
        self.decoder = nn.Linear(hidden, characters)
        self.softmax = nn.Softmax(dim=2)

    def forward(self, text, state=None):
        embedded = self.encoder(text)
        output, state = self.rnn(embedded, state)
        decoded = self.softmax(self.decoder(output))
        return decoded, state


def train_epoch(model, chunks, optimizer):
    criterion = nn.CrossEntropyLoss()
    state = None
    for inputs, targets in chunks:
        output, state = model(inputs, state)
        state = state.detach()
        output = output.reshape(-1, output.size(-1))
        loss = criterion(output, targets.reshape(-1))  # expect: TL403
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def main(chunks):
    model = CharModel(96, 256)
    train_epoch(model, chunks, torch.optim.Adam(model.parameters()))
