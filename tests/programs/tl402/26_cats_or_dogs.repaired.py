# Adapted from https://github.com/pytorch/pytorch/issues/2272: a class of 0 or 1 with the loss on logits.
import torch
import torch.nn as nn
from torch.autograd import Variable
from torch.utils.data import DataLoader, Dataset


class Animals(Dataset):
    def __init__(self, root, transform=None):
        self.transform = transform
        self.classes = sorted(root)
        self.samples = []
        for target, name in enumerate(self.classes):
            for path in root[name]:
                self.samples.append((path, target))

    def __getitem__(self, index):
        path, target = self.samples[index]
        sample = torch.full((3, 24, 24), float(len(path)))
        if self.transform is not None:
            sample = self.transform(sample)
        return sample, float(target)

    def __len__(self):
        return len(self.samples)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2))
        self.fc = nn.Linear(6 * 10 * 10, 1)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return self.fc(x)


def run_epoch(model, loaders, phase, criterion, optimizer):
    running_loss = 0.0
    model.train(phase == "train")
    for data in loaders[phase]:
        inputs, labels = data
        inputs, labels = Variable(inputs), Variable(labels)
        optimizer.zero_grad()
        outputs = model(inputs).squeeze(1)
        loss = criterion(outputs, labels)
        if phase == "train":
            loss.backward()
            optimizer.step()
        running_loss += loss.item() * inputs.size(0)
    return running_loss


if __name__ == "__main__":
    folders = {"cats": ["a.png", "tom.png"], "dogs": ["rex.png", "fido.png"]}
    dataloaders = {x: DataLoader(Animals(folders), batch_size=2, shuffle=True) for x in ["train", "val"]}
    net = Net()
    sgd = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
    for part in ["train", "val"]:
        run_epoch(net, dataloaders, part, nn.BCEWithLogitsLoss(), sgd)
