# Adapted from https://github.com/yudi-mars/daisyRec/pull/15: the prediction of a pair ends in a sigmoid.
import torch
from torch import nn


class NeuMf(nn.Module):
    def __init__(self, users, items, factors):
        super().__init__()
        self.user = nn.Embedding(users, factors)
        self.item = nn.Embedding(items, factors)
        self.layers = nn.Sequential(nn.Linear(2 * factors, factors), nn.ReLU())
        self.predict_layer = nn.Linear(2 * factors, 1)
        self.criterion = nn.BCEWithLogitsLoss(reduction="sum")

    def forward(self, user, item):
        u, i = self.user(user), self.item(item)
        deep = self.layers(torch.cat((u, i), dim=-1))
        concat = torch.cat((u * i, deep), -1)
        pred = self.predict_layer(concat)
        pred = torch.sigmoid(pred)
        return pred.view(-1)

    def calc_loss(self, batch):
        user, item, label = batch
        pos_pred = self.forward(user, item)
        loss = self.criterion(pos_pred, label.float())  # expect: TL404
        loss += 1e-4 * (self.user.weight.norm() + self.item.weight.norm())
        return loss
