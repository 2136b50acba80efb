"""Tests of torchlint.semantics.gradients: where torch records how things were computed."""

from __future__ import annotations

import ast
import textwrap

import pytest

from torchlint.semantics.gradients import runs_with_gradients
from torchlint.semantics.interpreter import interpret


def recorded(text: str) -> set[bool]:
    """Whether `mark()` runs with gradients, for each way in which it's reached."""
    imports = "import torch\nfrom torch import no_grad as off\nfrom torch.autograd import grad_mode\n\n"
    program = interpret(ast.parse(imports + textwrap.dedent(text)))
    calls = [value for value in program.values("py.call") if value.node and ast.unparse(value.node) == "mark()"]
    return {runs_with_gradients(call.node, call.frame, program) for call in calls if call.node and call.frame}


@pytest.mark.parametrize(
    "context",
    [
        "torch.no_grad()",
        "off()",
        "grad_mode.no_grad()",
        "torch.inference_mode()",
        "torch.inference_mode(mode=True)",
        "torch.set_grad_enabled(False)",
        "torch.set_grad_enabled(flag)",
        "torch.enable_grad(), torch.no_grad()",
        "open('log'), torch.no_grad()",
    ],
)
def test_blocks_without_gradients(context: str) -> None:
    assert recorded(f"def f(flag):\n    with {context}:\n        if flag:\n            mark()\n") == {False}


@pytest.mark.parametrize(
    "context",
    [
        "torch.enable_grad()",
        "torch.set_grad_enabled(True)",
        "torch.inference_mode(False)",
        "torch.no_grad(), torch.enable_grad()",
        "open('log')",
        "no_grad()",
    ],
)
def test_blocks_with_gradients(context: str) -> None:
    assert recorded(f"def f(flag):\n    with {context}:\n        mark()\n") == {True}


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("torch.no_grad()", False),
        ("torch.no_grad", False),
        ("off", False),
        ("torch.set_grad_enabled(False)", False),
        ("torch.enable_grad()", True),
        ("property", True),
    ],
)
def test_decorators(decorator: str, expected: bool) -> None:
    assert recorded(f"@{decorator}\ndef f(x):\n    return [mark() for _ in x]\n") == {expected}


def test_callers_and_functions_around() -> None:
    assert recorded("def f():\n    mark()\n\ndef g():\n    with off():\n        f()\n") == {
        False,
        True,
    }  # f by itself, too
    assert recorded("@off\ndef g():\n    def f():\n        mark()\n    return f\n") == {True}
