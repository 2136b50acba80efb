"""Tests of torchlint.semantics.modes: which places run by a test for training."""

from __future__ import annotations

import ast
import textwrap

import pytest

from torchlint.semantics.interpreter import interpret
from torchlint.semantics.modes import Modes


def decided(body: str) -> bool:
    """Whether `mark()` in the method `forward`, or else the method `helper`, runs by a test for training."""
    text = "class C:\n    def forward(self, x, mode):\n" + textwrap.indent(textwrap.dedent(body).strip(), "        ")
    tree = ast.parse(text + "\n\n    def helper(self, x):\n        return helped()\n")
    name, method = ("mark", "forward") if "mark()" in body else ("helped", "helper")
    program = interpret(tree)
    function = next(one for one in program.functions if one.name == method)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    mark = next(node for node in calls if ast.unparse(node.func) == name)
    return Modes(program).decided(mark, function)


@pytest.mark.parametrize(
    "body",
    [
        "if self.training:\n    mark()",
        "if x > 0 and self.training:\n    for _ in x:\n        mark()",
        "if not self.training:\n    x = 1\nelse:\n    mark()",
        "if not self.training:\n    return x\nmark()",
        "if self.training:\n    x = 1\nelse:\n    return x\nwith x:\n    mark()",
        "x = mark() if self.training else x",
        "return self.training and mark()",
        "active = self.training and x\nif active:\n    mark()",
        "if mode == 'train':\n    mark()",
        "if self.training:\n    self.helper(x)",
    ],
)
def test_decided(body: str) -> None:
    assert decided(body)


@pytest.mark.parametrize(
    "body",
    [
        "mark()",
        "if self.training:\n    x = 1\nmark()",
        "if x:\n    mark()",
        "if x > 0:\n    return x\nmark()",
        "mark() if x else self.training",
        "return mark() and self.training",
        "self.helper(x)",
    ],
)
def test_not_decided(body: str) -> None:
    assert not decided(body)
