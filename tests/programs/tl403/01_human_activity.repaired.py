# Adapted from https://github.com/jindongwang/Deep-learning-activity-recognition/issues/10: the network ends in F.softmax.
import torch
import torch.nn as nn
import torch.nn.functional as F


class Activity(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(9, 32, (1, 9)), nn.ReLU(), nn.MaxPool2d((1, 2), stride=2))
        self.conv2 = nn.Sequential(nn.Conv2d(32, 64, (1, 9)), nn.ReLU(), nn.MaxPool2d((1, 2), stride=2))
        self.fc1 = nn.Sequential(nn.Linear(64 * 26, 1000), nn.ReLU())
        self.fc2 = nn.Linear(1000, 6)

    def forward(self, x):
        out = self.conv2(self.conv1(x))
        out = out.reshape(-1, 64 * 26)
        out = self.fc1(out)
        out = self.fc2(out)
        return out


def train(model, optimizer, train_loader, device):
    criterion = nn.CrossEntropyLoss()
    for _ in range(80):
        model.train()
        for index, (sample, target) in enumerate(train_loader):
            sample, target = sample.to(device).float(), target.to(device).long()
            sample = sample.view(-1, 9, 1, 128)
            output = model(sample)
            loss = criterion(output, target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def run(train_loader, device):
    model = Activity().to(device)
    optimizer = torch.optim.SGD(params=model.parameters(), lr=0.01, momentum=0.9)
    train(model, optimizer, train_loader, device)
