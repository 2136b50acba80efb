# A Kullback-Leibler divergence by hand, with the logarithm of the teacher's softmax:
# https://github.com/mepeichun/Efficient-Neural-Network-Bilibili/issues/1
import torch
from torch import nn
from torch.nn.functional import log_softmax, softmax


def kl_loss(input_log_softmax, target_softmax):
    entropy = target_softmax * torch.log(target_softmax)  # expect: TL302
    cross = target_softmax * input_log_softmax
    return torch.sum(entropy - cross, 1).mean()


def distillation(student, teacher, x, labels, temperature, alpha):
    y = student(x)
    with torch.no_grad():
        teacher_scores = teacher(x)
    targets = softmax(teacher_scores / temperature, dim=1)
    predictions = log_softmax(y / temperature, dim=1)
    soft = kl_loss(predictions, targets) * temperature**2
    return alpha * soft + (1 - alpha) * nn.functional.cross_entropy(y, labels)


if __name__ == "__main__":
    print(distillation(nn.Linear(4, 3), nn.Linear(4, 3), torch.randn(2, 4), torch.tensor([0, 2]), 4.0, 0.9))
