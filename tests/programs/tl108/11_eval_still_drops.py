# model.eval() was called, and the values of two runs differ: functional dropouts in forward.
# Report: https://github.com/pytorch/pytorch/issues/11999
import torch
import torch.nn as nn
import torch.nn.functional as F


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, 5)
        self.conv2 = nn.Conv2d(10, 20, 5)
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)

    def features(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = self.conv2(x)
        x = F.dropout2d(x, 0.3)  # expect: TL108
        return F.relu(F.max_pool2d(x, 2)).flatten(1)

    def forward(self, x):
        x = F.relu(self.fc1(self.features(x)))
        x = F.dropout(x, training=self.training)
        return F.log_softmax(self.fc2(x), dim=1)


def test(model, images):
    model.eval()
    with torch.no_grad():
        first, second = model(images), model(images)
    print(torch.equal(first, second))
