# Layers made in forward are not in parameters(): https://github.com/pytorch/pytorch/issues/1291
import torch


class ThreeLayerNet(torch.nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.inputs, self.hidden, self.outputs = inputs, hidden, outputs

    def forward(self, x):
        first = torch.nn.Linear(self.inputs, self.hidden)  # expect: TL105
        h = first(x).clamp(min=0)
        second = torch.nn.Linear(self.hidden, self.hidden)  # expect: TL105
        h = second(h).clamp(min=0)
        third = torch.nn.Linear(self.hidden, self.outputs)  # expect: TL105
        return third(h)


def count(model):
    return sum(p.numel() for p in model.parameters())


if __name__ == "__main__":
    model = ThreeLayerNet(1000, 100, 10)
    print(model(torch.randn(4, 1000)).shape, count(model))
