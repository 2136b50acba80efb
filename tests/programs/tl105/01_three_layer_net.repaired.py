# Layers made in forward are not in parameters(): https://github.com/pytorch/pytorch/issues/1291
import torch


class ThreeLayerNet(torch.nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.inputs, self.hidden, self.outputs = inputs, hidden, outputs
        self.first = torch.nn.Linear(inputs, hidden)
        self.second = torch.nn.Linear(hidden, hidden)
        self.third = torch.nn.Linear(hidden, outputs)

    def forward(self, x):
        h = self.first(x).clamp(min=0)
        h = self.second(h).clamp(min=0)
        return self.third(h)


def count(model):
    return sum(p.numel() for p in model.parameters())


if __name__ == "__main__":
    model = ThreeLayerNet(1000, 100, 10)
    print(model(torch.randn(4, 1000)).shape, count(model))
