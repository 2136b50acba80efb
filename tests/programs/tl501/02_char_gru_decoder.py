# A character model flattens the output of a batch-first GRU: https://github.com/geyang/deep-auto-punctuation/issues/3
import torch
from torch import nn


class CharModel(nn.Module):
    def __init__(self, input_size, hidden_size, output_size, layers=1, bi=True):
        super().__init__()
        self.hidden_size = hidden_size
        self.bi_mul = 2 if bi else 1
        self.encoder = nn.Embedding(input_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, layers, batch_first=True, bidirectional=bi)
        self.decoder = nn.Linear(hidden_size * self.bi_mul, output_size)

    def forward(self, characters, hidden=None):
        batch, length = characters.shape
        embedded = self.encoder(characters)
        gru_output, hidden = self.gru(embedded, hidden)
        self.last_length = length
        logits = self.decoder(gru_output.view(batch * length, self.hidden_size * self.bi_mul))  # expect: TL501
        return logits.view(batch, length, -1), hidden


def train_step(model, characters, targets, optimizer):
    optimizer.zero_grad()
    logits, _ = model(characters)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss.backward()
    optimizer.step()
    return loss.item()


if __name__ == "__main__":
    net = CharModel(30, 8, 30)
    text = torch.randint(0, 30, (4, 7))
    print(train_step(net, text, text, torch.optim.SGD(net.parameters(), lr=0.1)))
