"""What a value last went through, and where that isn't known."""

from __future__ import annotations

import ast

import pytest

from torchlint.semantics.facts import Facts
from torchlint.semantics.interpreter import interpret

HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, flag=False):
        super().__init__()
        self.fc = nn.Linear(4, 3)
        self.act = nn.Softmax(dim=1) if flag else nn.Identity()

    def forward(self, x, raw=False):
        if raw:
            return self.fc(x)
        return self.act(self.fc(x)), self.fc(x).sigmoid()

def first(x): return second(x)

def second(x): return third(x)

def third(x):
    y = x * 2
    y = y + 1
    y = y.relu()
    z = y.neg()
    return {"a": torch.softmax(y, 1), "b": z}

def looping(x): return looping(x)

def either(x):
    if x.sum() > 0:
        return x.sigmoid()
    return x.tanh()
"""


def sources(expression: str) -> list[str]:
    """The operations behind an expression of `x`."""
    program = interpret(ast.parse(f"{HEAD}\ndef probe(x, p, i):\n    probed({expression})\n"))
    found = next(call for call in program.values("py.call") if "callee" in call.args and _is_probe(call))
    return sorted({one.op for one in Facts(program).outputs.sources(found.args["0"])})


def _is_probe(call: object) -> bool:
    callee = call.args["callee"]  # type: ignore[attr-defined]
    return callee.op == "py.global" and callee.data == "builtins.probed"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x", ["py.param"]),
        ("F.softmax(x, 1).view(-1).float()[:3].detach()", ["softmax"]),
        ("x.sigmoid() / 2", ["div"]),
        ("torch.cat([x.sigmoid(), x.tanh()])", ["sigmoid", "tanh"]),
        ("torch.stack((1 - x.sigmoid(), x.sigmoid()), 1)", ["sigmoid"]),
        ("1 - x.tanh()", ["sub"]),
        ("2 - x.sigmoid()", ["sub"]),
        ("x.sigmoid().clamp(0.1, 0.9)", ["clamp"]),
        ("x.sigmoid() if i else x", ["py.param", "sigmoid"]),
        ("Net()(x)[0]", ["linear"]),
        ("Net(True)(x)[0]", ["softmax"]),
        ("Net(i)(x)[0]", ["linear", "softmax"]),
        ("Net(i)(x)[1]", ["sigmoid"]),
        ("Net(True)(x, raw=True)", ["linear"]),
        ("nn.DataParallel(Net()).cuda()(x)[1]", ["sigmoid"]),
        ("nn.parallel.DistributedDataParallel(module=Net())(x)[1]", ["sigmoid"]),
        ("nn.parallel.data_parallel(Net(), x, range(2))[1]", ["sigmoid"]),
        ("torch.compile(Net())(x)[1]", ["sigmoid"]),
        ("nn.Sequential(nn.Linear(4, 3), nn.Sigmoid(), nn.Flatten())(x)", ["sigmoid"]),
        ("first(first(x)['b'])['a']", ["softmax"]),
        ("first(x)['c']", ["py.dict"]),
        ("looping(x)", ["py.call"]),
        ("either(x)", ["sigmoid", "tanh"]),
        ("unknown(x)", ["py.call"]),
    ],
)
def test_sources(expression: str, expected: list[str]) -> None:
    assert sources(expression) == expected
