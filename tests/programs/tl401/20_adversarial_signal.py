# Adapted from https://github.com/bethgelab/foolbox/issues/701: torch.Tensor makes floats of the labels to attack.
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Attack:
    def __init__(self, model, epsilon, steps):
        self.model, self.epsilon, self.steps = model, epsilon, steps

    def loss(self, inputs, labels):
        logits = self.model(inputs)
        return F.cross_entropy(logits, labels, reduction="none").sum()  # expect: TL401

    def run(self, inputs, labels):
        x = inputs.clone()
        for _ in range(self.steps):
            x.requires_grad_(True)
            (gradient,) = torch.autograd.grad(self.loss(x, labels), x)
            x = (x + self.epsilon / self.steps * gradient.sign()).detach()
        return x


def main():
    X_train = torch.from_numpy(np.random.rand(64, 2, 128).astype(np.float32))
    Y_train = np.eye(11)[np.arange(64) % 11]
    x_train = torch.Tensor(X_train)
    y_train = torch.Tensor(Y_train.argmax(axis=1))
    model = nn.Sequential(nn.Conv1d(2, 8, 5), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 124, 11))
    return Attack(model, 0.03, 5).run(x_train[:16], y_train[:16])


if __name__ == "__main__":
    main()
