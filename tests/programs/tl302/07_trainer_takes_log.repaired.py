# A trainer takes the logarithm of what a model with a softmax gives; a certain model makes the loss infinite:
# https://github.com/skorch-dev/skorch/issues/481
import torch
from torch import nn


class ClassifierModule(nn.Module):
    def __init__(self, inputs, hidden, classes, dropout=0.5):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, classes)

    def forward(self, x):
        x = torch.relu(self.hidden(x))
        x = self.dropout(x)
        return torch.log_softmax(self.output(x), dim=-1)


class NeuralNetClassifier:
    def __init__(self, inputs, classes):
        self.module = ClassifierModule(inputs, 16, classes)
        self.criterion = nn.NLLLoss()
        self.optimizer = torch.optim.RMSprop(self.module.parameters())

    def get_loss(self, y_pred, y_true):
        return self.criterion(y_pred, y_true)

    def train_step(self, x, y):
        y_pred = self.module(x)
        self.optimizer.zero_grad()
        loss = self.get_loss(y_pred, y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


if __name__ == "__main__":
    print(NeuralNetClassifier(4, 3).train_step(torch.randn(8, 4), torch.randint(3, (8,))))
