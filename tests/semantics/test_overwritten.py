"""Which stores nn.Module refuses, against torch: each snippet is linted, and executed."""

from __future__ import annotations

import textwrap

import pytest

from torchlint.engine import check
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in load() if rule.code == "TL109"]
MODEL = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, given=None, flag=True):
        super().__init__()
        self.p = nn.Parameter(torch.ones(2))
        self.register_buffer("b", torch.ones(2))
        self.plain = torch.ones(2)
        self.none = None
        self.register_parameter("later", None)
        self.linear = nn.Linear(2, 2)
        {store}
    def forward(self, x):
        return x
"""
REFUSED = [
    "self.p = torch.zeros(2)",
    "self.p = self.p * 2",
    "self.p = self.p.data",
    "self.p = self.p.detach()",
    "self.p = 1.0",
    "self.p = [self.p]",
    "self.p = nn.Linear(2, 2)",
    "self.p = nn.Buffer(torch.ones(2))",
    "setattr(self, 'p', torch.zeros(2))",
    "with torch.no_grad():\n    self.p = self.p + 1",
    "self.p = self.p.double()",
    "self.register_buffer('p', torch.ones(2))",
    "self.b = 5",
    "self.b = [1]",
    "self.b = self.b * 2\nself.b = False",
    "self.register_parameter('b', nn.Parameter(torch.ones(2)))",
    "self.register_buffer('plain', torch.ones(2))",
    "self.register_parameter('plain', nn.Parameter(torch.ones(2)))",
    "self.register_buffer('none', None)",
    "self.register_parameter('new', torch.ones(2))",
    "self.register_buffer('new', 1)",
    "self.register_buffer('new', [torch.ones(2)])",
    "self.register_parameter('new', nn.Parameter(torch.ones(2)) * 2)",
    "self.p = None\nself.p = torch.ones(2)",
    "self.later = torch.ones(2)",
    "self.register_buffer('later', torch.ones(2))",
    "self.linear.weight = torch.ones(2, 2)",
    "self.linear.bias = torch.zeros(2)",
    "self.linear.weight = torch.eye(2) * 0.1",
]
LEGAL = [
    "self.p = nn.Parameter(torch.zeros(2))",
    "self.p = nn.Parameter(self.p * 2)",
    "self.p = None",
    "self.p = self.p.float()",
    "self.p = self.p.cpu()",
    "self.p = self.p.requires_grad_(False)",
    "del self.p\nself.p = torch.ones(2)",
    "del self.p\nself.register_buffer('p', torch.ones(2))",
    "self.register_parameter('p', nn.Parameter(torch.ones(3)))",
    "self.b = torch.zeros(2)",
    "self.b = None\nself.b = torch.ones(2)",
    "self.b = nn.Parameter(torch.ones(2))",
    "self.b = self.b * 2\nself.register_buffer('b', self.b)",
    "self.register_buffer('b', torch.zeros(3))",
    "self.plain = nn.Parameter(self.plain)",
    "self.plain = 3",
    "self.none = torch.ones(2)",
    "self.later = nn.Parameter(torch.ones(2))",
    "self.register_parameter('later', nn.Parameter(torch.ones(2)))",
    "self.linear.weight = nn.Parameter(torch.ones(2, 2))",
    "self.linear.weight.data = torch.ones(2, 2)",
    "self.p.data = torch.zeros(2)",
    "with torch.no_grad():\n    self.p += 1",
    "with torch.no_grad():\n    self.p[:1] = 0",
]


def text(store: str) -> str:
    return MODEL.format(store=textwrap.indent(store, " " * 8).strip())


def found(store: str) -> int:
    report = check(Source.from_text(text(store), "model.py"), Settings(), RULES)
    assert not report.problems
    return len(report.findings)


@pytest.mark.parametrize("store", REFUSED)
def test_what_torch_refuses(store: str) -> None:
    pytest.importorskip("torch")
    scope: dict[str, type] = {}
    exec(text(store), scope)
    with pytest.raises((TypeError, KeyError), match=r"cannot assign|already exists"):
        scope["Net"]()
    assert found(store) == 1


@pytest.mark.parametrize("store", LEGAL)
def test_what_torch_takes(store: str) -> None:
    pytest.importorskip("torch")
    scope: dict[str, type] = {}
    exec(text(store), scope)
    scope["Net"]()
    assert found(store) == 0


@pytest.mark.parametrize(
    "store",
    [
        "self.p = given",
        "self.p = given * 2 if flag else nn.Parameter(torch.ones(2))",
        "if flag:\n    self.x = nn.Parameter(torch.ones(2))\nself.x = torch.ones(2)",
        "for _ in given:\n    self.x = nn.Parameter(torch.ones(2))\nself.x = torch.ones(2)",
        "try:\n    self.p = torch.ones(2)\nexcept TypeError:\n    pass",
        "given(self, 'p')\nself.p = torch.ones(2)",
        "linear = nn.Linear(2, 2, bias=flag)\nlinear.bias = torch.ones(2)",
        "if isinstance(self.p, torch.Tensor):\n    self.p = torch.ones(2)",
    ],
)
def test_what_is_not_known(store: str) -> None:
    assert found(store) == 0
