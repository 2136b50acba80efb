# Only the linear layer's parameters are printed: https://github.com/pytorch/pytorch/issues/94828
import torch


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.t = torch.nn.Parameter(torch.rand(10)).cuda()  # expect: TL103, TL110
        self.linear = torch.nn.Linear(10, 20)

    def forward(self, x):
        x = self.t + x
        return self.linear(x)


def names():
    return [name for name, _ in Model().cuda().named_parameters()]
