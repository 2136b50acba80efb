# "SoftMax Overflow ?", asked about a classifier that is trained by its own gradient:
# https://github.com/FlorianMuellerklein/Machine-Learning/issues/2
import torch


class SoftmaxRegression:
    def __init__(self, inputs, classes, rate=0.5):
        self.w = torch.zeros(inputs, classes)
        self.b = torch.zeros(classes)
        self.rate = rate

    def forward(self, x):
        self.x = x
        self.z = x.mm(self.w) + self.b
        self.e = self.z.exp()
        self.total = self.e.sum(1).view(-1, 1)
        self.p = self.e / self.total  # expect: TL301
        return self.p

    def backward(self, y):
        delta = (self.p - y) / y.shape[0]
        self.w -= self.rate * self.x.t().mm(delta)
        self.b -= self.rate * delta.sum(0)

    def train(self, x, y, epochs):
        for _ in range(epochs):
            self.forward(x)
            self.backward(y)
        return self.forward(x).argmax(1)


if __name__ == "__main__":
    y = torch.eye(3)[torch.arange(9) % 3]
    print(SoftmaxRegression(3, 3).train(y + 0.1 * torch.randn(9, 3), y, 20))
