# Adapted from https://github.com/vinhkhuc/PyTorch-Mini-Tutorials/issues/1: a softmax that is added to a Sequential by its name.
import torch
from torch import nn, optim


def build_model(inputs, outputs):
    model = torch.nn.Sequential()
    model.add_module("linear_1", torch.nn.Linear(inputs, 512, bias=False))
    model.add_module("sigmoid_1", torch.nn.Sigmoid())
    model.add_module("linear_2", torch.nn.Linear(512, outputs, bias=False))
    model.add_module("softmax", torch.nn.Softmax(dim=1))
    return model


def train(model, loss, optimizer, x, y):
    optimizer.zero_grad()
    fx = model(x)
    output = loss(fx, y)  # expect: TL403
    output.backward()
    optimizer.step()
    return output.item()


def main(x, y, batches):
    model = build_model(784, 10)
    loss = torch.nn.CrossEntropyLoss(reduction="mean")
    optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for k in range(batches):
        start, end = k * 100, (k + 1) * 100
        train(model, loss, optimizer, x[start:end], y[start:end])
