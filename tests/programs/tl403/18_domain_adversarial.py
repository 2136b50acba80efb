# Two heads, each with a softmax of its own: both losses see probabilities.
import torch
from torch import nn


class Adapted(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(width, 100), nn.ReLU())
        self.labels = nn.Sequential(nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, classes), nn.Softmax(dim=1))
        self.domains = nn.Sequential(nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 2), nn.Softmax(dim=1))

    def forward(self, x):
        features = self.features(x)
        return self.labels(features), self.domains(features)


def step(net, source, labels, target, optimizer):
    loss_class = nn.CrossEntropyLoss()
    loss_domain = nn.CrossEntropyLoss()
    class_output, domain_output = net(source)
    err_label = loss_class(class_output, labels)  # expect: TL403
    err_source = loss_domain(domain_output, torch.zeros(len(source), dtype=torch.long))  # expect: TL403
    _, domain_output = net(target)
    err_target = loss_domain(domain_output, torch.ones(len(target), dtype=torch.long))  # expect: TL403
    optimizer.zero_grad()
    (err_label + err_source + err_target).backward()
    optimizer.step()


def main(batches):
    net = Adapted(400, 10)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for source, labels, target in batches:
        step(net, source, labels, target, optimizer)
