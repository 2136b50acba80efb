# Adapted from https://github.com/celantur/panoptic_segm_demo/issues/2: a notebook whose labels are int32.
import numpy as np
import pandas as pd
import torch
from torch.autograd import Variable
from torch.nn import BatchNorm2d, Conv2d, CrossEntropyLoss, Linear, MaxPool2d, Module, ReLU, Sequential
from torch.optim import Adam

table = pd.read_csv("train.csv")
images = np.load("images.npy").astype("float32")
train_x = torch.from_numpy(images.reshape(-1, 1, 28, 28))
train_y = table["label"].values.astype(np.int64)
train_y = torch.from_numpy(train_y)


class Net(Module):
    def __init__(self):
        super().__init__()
        self.cnn_layers = Sequential(Conv2d(1, 4, 3, padding=1, bias=False), BatchNorm2d(4), ReLU(inplace=True), MaxPool2d(2))
        self.linear_layers = Sequential(Linear(4 * 14 * 14, 10))

    def forward(self, x):
        x = self.cnn_layers(x)
        x = x.flatten(1)
        return self.linear_layers(x)


model = Net()
optimizer = Adam(model.parameters(), lr=0.07)
criterion = CrossEntropyLoss()


def train(epoch):
    model.train()
    x_train, y_train = Variable(train_x), Variable(train_y)
    optimizer.zero_grad()
    output_train = model(x_train)
    loss_train = criterion(output_train, y_train)
    loss_train.backward()
    optimizer.step()
    return loss_train.item()


for epoch in range(25):
    train(epoch)
