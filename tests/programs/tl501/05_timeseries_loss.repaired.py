# A sequence loss compares rows of two transposed tensors: https://github.com/chickenbestlover/RNN-Time-series-Anomaly-Detection/issues/2
import torch
from torch import nn


class Predictor(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        self.rnn = nn.LSTM(features, hidden)
        self.decoder = nn.Linear(hidden, features)

    def forward(self, series):
        hidden, state = self.rnn(series)
        return self.decoder(hidden), state


def get_batch(source, position, length):
    inputs = source[position : position + length]
    targets = source[position + 1 : position + 1 + length]
    return inputs, targets


def evaluate(model, source, batch_size, bptt):
    steps, width, features = source.shape
    criterion = nn.MSELoss()
    total = 0.0
    for start in range(0, steps - bptt - 1, bptt):
        inputs, targets = get_batch(source, start, bptt)
        prediction, _ = model(inputs)
        by_sample = prediction.transpose(0, 1)
        scale = by_sample.abs() + 1
        flat = (by_sample / scale).reshape(by_sample.size(0), -1)
        wanted = targets.transpose(0, 1).reshape(width, -1)
        total += criterion(flat, wanted).item()
    return total


if __name__ == "__main__":
    print(evaluate(Predictor(3, 8), torch.randn(40, 5, 3), 5, 6))
