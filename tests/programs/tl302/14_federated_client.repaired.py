# The clients of a federated training use NLLLoss, and the loss is NaN for models that lack log_softmax:
# https://github.com/AshwinRJ/Federated-Learning-PyTorch/issues/29
import copy

import torch
from torch import nn


class FashionNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(4))
        self.fc = nn.Linear(8 * 49, 10)

    def forward(self, x):
        out = self.layer(x)
        out = out.view(out.size(0), -1)
        return self.fc(out)


class LocalUpdate:
    def __init__(self, batches):
        self.batches = batches
        self.criterion = nn.NLLLoss()
        self.activation = nn.LogSoftmax(dim=1)

    def update_weights(self, model):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
        for images, labels in self.batches:
            model.zero_grad()
            scores = model(images)
            likelihoods = self.activation(scores)
            loss = self.criterion(likelihoods, labels)
            loss.backward()
            optimizer.step()
        return model.state_dict()


def average(states):
    mean = copy.deepcopy(states[0])
    for key in mean:
        mean[key] = torch.stack([state[key] for state in states]).mean(0)
    return mean


if __name__ == "__main__":
    clients = [LocalUpdate([(torch.rand(2, 1, 28, 28), torch.randint(10, (2,)))]) for _ in range(2)]
    print(len(average([client.update_weights(FashionNet()) for client in clients])))
