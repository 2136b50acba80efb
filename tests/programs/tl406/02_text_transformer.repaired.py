# Adapted from https://github.com/AnubhavGupta3377/Text-Classification-Models-Pytorch/issues/9: a softmax and a loss that stays negative.
import torch
from torch import nn


class Transformer(nn.Module):
    def __init__(self, vocabulary, width, classes):
        super().__init__()
        self.src_embed = nn.Embedding(vocabulary, width)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 4, batch_first=True), 1)
        self.fc = nn.Linear(width, classes)
        self.softmax = nn.LogSoftmax(dim=-1)

    def forward(self, x):
        embedded = self.src_embed(x)
        encoded = self.encoder(embedded)
        final_feature_map = encoded[:, -1, :]
        final_out = self.fc(final_feature_map)
        return self.softmax(final_out)

    def add_optimizer(self, optimizer):
        self.optimizer = optimizer

    def add_loss_op(self, loss_op):
        self.loss_op = loss_op

    def run_epoch(self, train_iterator):
        loss_op = nn.NLLLoss()
        for x, y in train_iterator:
            y_pred = self(x)
            loss = loss_op(y_pred, y)
            loss.backward()
            self.optimizer.step()
