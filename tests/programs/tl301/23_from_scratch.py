# A network from scratch tends to blow up, and its own softmax was suspected:
# https://github.com/zackchase/mxnet-the-straight-dope/issues/3
import torch


def softmax(X):
    exp = torch.exp(X)
    partition = torch.sum(exp, dim=1, keepdim=True)
    return exp / partition  # expect: TL301


def relu(X):
    return torch.clamp(X, min=0)


class Net:
    def __init__(self, inputs, hidden, outputs):
        self.W1 = torch.randn(inputs, hidden, requires_grad=True)
        self.b1 = torch.zeros(hidden, requires_grad=True)
        self.W2 = torch.randn(hidden, outputs, requires_grad=True)
        self.b2 = torch.zeros(outputs, requires_grad=True)

    def params(self):
        return [self.W1, self.b1, self.W2, self.b2]

    def __call__(self, X):
        h1 = relu(X @ self.W1 + self.b1)
        yhat_linear = h1 @ self.W2 + self.b2
        return softmax(yhat_linear)


def squared_error(yhat, y):
    return (yhat - y).pow(2).sum(1).mean()


def train(net, data, lr=0.01):
    for X, y in data:
        loss = squared_error(net(X), y)
        loss.backward()
        with torch.no_grad():
            for param in net.params():
                param -= lr * param.grad
                param.grad.zero_()
    return loss.item()


if __name__ == "__main__":
    batches = [(torch.randn(4, 6), torch.eye(4)) for _ in range(3)]
    print(train(Net(6, 8, 4), batches))
