# Soft targets are probabilities, which is legal; the student's are not.
import torch
import torch.nn.functional as F
from torch import nn


class Student(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, 32), nn.ReLU(), nn.Linear(32, classes))

    def forward(self, x):
        return self.net(x)


def distill(student, teacher, loader, optimizer, temperature=4.0):
    for x, _ in loader:
        with torch.no_grad():
            soft = F.softmax(teacher(x) / temperature, dim=1)
        scores = student(x)
        scaled = scores / temperature
        guess = F.softmax(scaled, dim=1)
        loss = F.cross_entropy(guess, soft) * temperature**2  # expect: TL403
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main(teacher, loader):
    student = Student(64, 10)
    distill(student, teacher, loader, torch.optim.Adam(student.parameters()))
