# A recurrent network over characters that keeps the softmax as a layer.
import torch
import torch.nn as nn


class Rnn(nn.Module):
    def __init__(self, letters, hidden, categories):
        super().__init__()
        self.hidden_size = hidden
        self.i2h = nn.Linear(letters + hidden, hidden)
        self.i2o = nn.Linear(letters + hidden, categories)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, letter, hidden):
        combined = torch.cat((letter, hidden), 1)
        hidden = self.i2h(combined)
        output = self.i2o(combined)
        output = self.softmax(output)
        return output, hidden


rnn = Rnn(57, 128, 18)
criterion = nn.NLLLoss()


def train(category, line, learning_rate=0.005):
    hidden = torch.zeros(1, 128)
    rnn.zero_grad()
    for i in range(line.size(0)):
        output, hidden = rnn(line[i], hidden)
    loss = criterion(output, category)  # expect: TL406
    loss.backward()
    for p in rnn.parameters():
        p.data.add_(p.grad.data, alpha=-learning_rate)
    return output, loss.item()
