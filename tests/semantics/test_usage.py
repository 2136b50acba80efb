"""What a file does with the modules that it makes."""

from __future__ import annotations

import ast

import pytest

from tests.semantics.graph import program
from torchlint.semantics.usage import Touch, Usage

CLASS = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, register):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        {init}
    def forward(self, x):
        x = self.conv(x)
        {forward}
        return x
"""

OUT_OF_SIGHT = [
    ("pass", "pass", False),
    ("register(self.conv)", "pass", True),
    ("register([self.conv])", "pass", True),
    ("self.body = nn.Sequential(self.conv, nn.ReLU())", "pass", False),
    ("self.body = register(nn.Sequential(self.conv))", "pass", True),
    ("self.body = register(nn.Sequential(self.conv, nn.ReLU()))", "pass", False),
    ("self.body = register(nn.Sequential(nn.ReLU(), self.conv))", "pass", True),
    ("self.body = register([nn.Sequential(self.conv, nn.ReLU())])", "pass", False),
    ("self.body = nn.Sequential(self.conv, nn.ReLU())\n        register(self.body[:register])", "pass", True),
    ("self.a = nn.ModuleList([nn.Sequential(self.conv, nn.ReLU())])", "x = self.a[: len(x)][0](x)", False),
    ("self.a = nn.ModuleList([nn.Sequential(self.conv, nn.ReLU())])", "x = self.a[: len(x)][0][0](x)", True),
    ("self.conv.register_forward_hook(register)", "pass", True),
    ("print(self.conv)", "pass", False),
    ("assert isinstance(self.conv, nn.Module)", "pass", False),
    ("nn.init.zeros_(self.conv.weight)", "pass", False),
    ("self.conv.to('cpu')", "pass", False),
    ("for p in self.conv.parameters(): p.requires_grad = False", "pass", False),
]


@pytest.mark.parametrize(("init", "forward", "expected"), OUT_OF_SIGHT)
def test_modules_that_go_out_of_sight(init: str, forward: str, expected: bool) -> None:
    usage = Usage(program(CLASS.format(init=init, forward=forward)))
    (layers,) = usage.made({"torch.nn.Conv2d"}).values()
    assert usage.out_of_sight(layers[0]) is expected


TOUCHES = [
    ("pass", "pass", Touch.NONE),
    ("nn.init.zeros_(self.conv.weight)", "pass", Touch.NONE),
    ("nn.init.zeros_(self.conv.bias)", "pass", Touch.SET),
    ("nn.init.constant_(self.conv.bias, 0.1)", "pass", Touch.SET),
    ("self.conv.bias.data.fill_(0.1)", "pass", Touch.SET),
    ("self.conv.bias.data.zero_().add_(1)", "pass", Touch.SET),
    ("self.conv.bias.requires_grad_(False)", "pass", Touch.SET),
    ("self.conv.bias.requires_grad = False", "pass", Touch.SET),
    ("if self.conv.bias is not None: self.conv.bias.data.zero_()", "pass", Touch.SET),
    ("self.conv.bias = None", "pass", Touch.READ),
    ("self.conv.bias = nn.Parameter(torch.zeros(8))", "pass", Touch.READ),
    ("pass", "x = x + self.conv.bias.sum()", Touch.READ),
    ("pass", "x = torch.conv2d(x, self.conv.weight, self.conv.bias)", Touch.READ),
    ("self.copy = self.conv.bias", "pass", Touch.READ),
    ("register(self.conv.bias)", "pass", Touch.READ),
]


@pytest.mark.parametrize(("init", "forward", "expected"), TOUCHES)
def test_what_is_done_with_a_parameter(init: str, forward: str, expected: Touch) -> None:
    usage = Usage(program(CLASS.format(init=init, forward=forward)))
    (layers,) = usage.made({"torch.nn.Conv2d"}).values()
    assert usage.touch(layers[0], "bias") is expected


def test_results_and_names() -> None:
    code = CLASS.format(init="norm = nn.BatchNorm2d(8)\n        nn.Sequential(nn.ReLU())", forward="x = self.conv(x)")
    usage = Usage(program(code))
    (conv,), (norm,), (relu,) = (
        usage.made({f"torch.nn.{name}"}).popitem()[1] for name in ("Conv2d", "BatchNorm2d", "ReLU")
    )
    assert [result.op for result in usage.results(conv)] == ["conv2d", "conv2d"]
    assert [usage.name(module) for module in (conv, norm, relu)] == ["self.conv", "norm", "ReLU"]


ORDERS = """
from torch import nn
class Unit(nn.Module):
    def __init__(self, width, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, bias={bias})
        {init}
    def forward(self, x):
        return self.conv(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Unit(8)
"""


@pytest.mark.parametrize(
    ("bias", "init", "expected"),
    [
        ("bias", "pass", [("Unit(8)", "bias", ("width", "bias"))]),
        ("True", "pass", []),
        ("not bias", "pass", []),
        ("bias", "self.other = nn.Linear(3, 3, bias=bias)", []),
        ("bias", "print(bias)", []),
    ],
)
def test_the_calls_that_hand_on_an_argument(
    bias: str, init: str, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    usage = Usage(program(ORDERS.format(bias=bias, init=init)))
    (layers,) = usage.made({"torch.nn.Conv2d"}).values()
    orders = usage.orders(layers, "bias")
    assert [(ast.unparse(order.call), order.name, order.names) for order in orders] == expected
    assert all(len(made) == 1 for made in orders.values())
