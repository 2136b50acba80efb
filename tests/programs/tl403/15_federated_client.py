# A client of a federated round: model, loss and step are methods of one object, the model comes from the caller.
import copy

import torch
from torch import nn


class Mlp(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.layer_input = nn.Linear(inputs, hidden)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout()
        self.layer_hidden = nn.Linear(hidden, outputs)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        x = x.view(-1, x.shape[1] * x.shape[-2] * x.shape[-1])
        x = self.relu(self.dropout(self.layer_input(x)))
        x = self.layer_hidden(x)
        return self.softmax(x)


class LocalUpdate:
    def __init__(self, loader, epochs):
        self.loader = loader
        self.epochs = epochs
        self.criterion = nn.CrossEntropyLoss()

    def update_weights(self, model):
        model.train()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
        for _ in range(self.epochs):
            for images, labels in self.loader:
                model.zero_grad()
                probabilities = model(images)
                loss = self.criterion(probabilities, labels)  # expect: TL403
                loss.backward()
                optimizer.step()
        return model.state_dict()


def server(loaders):
    global_model = Mlp(784, 64, 10)
    weights = []
    for loader in loaders:
        client = LocalUpdate(loader, 5)
        weights.append(copy.deepcopy(client.update_weights(global_model)))
    return weights
