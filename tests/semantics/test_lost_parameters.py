"""What operations make of parameters, against torch."""

from __future__ import annotations

import ast
import textwrap

import pytest

from torchlint.semantics.facts import Facts
from torchlint.semantics.interpreter import interpret
from torchlint.semantics.lost_parameters import MAY_GIVE_ITSELF, Change, Parameters

MODEL = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, device, dtype, given, flag):
        super().__init__()
        {store}
    def forward(self, x):
        return x * self.w
"""


def lost(store: str) -> list[tuple[str, bool]]:
    code = MODEL.format(store=textwrap.indent(store, " " * 8).strip())
    program = interpret(ast.parse(code), code, strict=True)
    return [(one.store.name, one.certain) for one in Parameters(program, Facts(program).dtypes).lost()]


SURELY = [
    "p.double()", "p * 2", "2 * p", "p.t()", "p.view(1, 3)", "p[0]", "p.clone()", "p.exp()", "torch.exp(p)", "p.half()", "-p",
    "torch.cat([p, p])", "p.to(torch.float64)", "p.type(torch.float64)", "p.expand(2, 3)", "p.softmax(0)", "p.float() * 2",
    "p.chunk(3)[0]", "p.requires_grad_() + 1",
]  # fmt: skip
NEVER = [
    "p", "p.float()", "p.cpu()", "p.to('cpu')", "p.to(torch.device('cpu'))", "p.to(torch.float32)", "p.contiguous()", "p.requires_grad_()",
    "p.detach()", "p.data", "p.argmax()", "p.fill_(1.0)", "p.to(p.device)", "p.type_as(p)", "p.to(p)", "p.detach() * 2", "p > 0",
]  # fmt: skip


@pytest.mark.parametrize("expression", SURELY)
def test_a_new_tensor(expression: str) -> None:
    assert lost(f"p = nn.Parameter(torch.ones(3))\nself.w = {expression}") == [("w", True)]


@pytest.mark.parametrize("expression", NEVER)
def test_the_parameter_itself_or_a_constant(expression: str) -> None:
    assert lost(f"p = nn.Parameter(torch.ones(3))\nself.w = {expression}") == []


@pytest.mark.parametrize("expression", SURELY)
def test_torch_agrees_that_it_is_no_parameter(expression: str) -> None:
    torch = pytest.importorskip("torch")
    p = torch.nn.Parameter(torch.ones(3))
    made = eval(expression, {"torch": torch, "p": p})
    assert made.requires_grad and not isinstance(made, torch.nn.Parameter) and not made.is_leaf


@pytest.mark.parametrize("expression", NEVER)
def test_torch_agrees_that_nothing_is_lost(expression: str) -> None:
    torch = pytest.importorskip("torch")
    p = torch.nn.Parameter(torch.ones(3))
    with torch.no_grad():  # where a parameter may be changed in place
        made = eval(expression, {"torch": torch, "p": p})
    assert made is p or not made.requires_grad


@pytest.mark.parametrize(
    "operation", ["contiguous", "positive", "conj", "real", "flatten", "atleast_1d", "resolve_neg"]
)
def test_torch_gives_the_parameter_itself(operation: str) -> None:
    torch = pytest.importorskip("torch")
    p = torch.nn.Parameter(torch.ones(3))
    assert (p.contiguous() if operation == "contiguous" else getattr(torch, operation)(p)) is p
    assert torch.dropout(p, 0.5, False) is p
    assert {operation, "dropout"} <= MAY_GIVE_ITSELF


@pytest.mark.parametrize(
    ("store", "found"),
    [
        ("self.w = nn.Parameter(torch.ones(3)).to(device)", [("w", False)]),
        ("self.w = nn.Parameter(torch.ones(3)).to(dtype=dtype)", [("w", False)]),
        ("self.w = nn.Parameter(torch.ones(3)).to('cuda')", [("w", True)]),
        ("self.w = nn.Parameter(torch.ones(3)).to(torch.device('cuda:1'))", [("w", True)]),
        ("self.w = nn.Parameter(torch.ones(3)).cuda()", [("w", True)]),
        ("self.w = nn.Parameter(torch.ones(3, device=device)).cuda()", []),
        ("self.w = nn.Parameter(torch.ones(3, device=device)).to(device)", []),
        ("self.w = nn.Parameter(given).to(given.device)", []),
        ("self.w = nn.Parameter(torch.ones(3), requires_grad=flag).cuda()", []),
        ("self.w = nn.Parameter(torch.ones(3), False).cuda()", []),
        ("w = nn.Parameter(torch.ones(3))\nif flag:\n    w = w.cuda()\nself.w = w", [("w", True)]),
        ("w = nn.Parameter(torch.ones(3))\nself.raw = w\nself.w = w * 2", []),
        ("w = nn.Parameter(torch.ones(3))\nself.register_parameter('raw', w)\nself.w = w * 2", []),
        ("w = nn.Parameter(torch.ones(3))\nself.all = nn.ParameterList([w])\nself.w = w * 2", []),
        ("w = nn.Parameter(torch.ones(3))\nprint(w.shape)\nself.w = w * 2", [("w", True)]),
        ("self.w = nn.Parameter(torch.ones(3)) * 2\nself.w = nn.Parameter(self.w)", []),
        ("self.w = nn.Parameter(nn.Parameter(torch.ones(3)) * 2)", []),
    ],
)  # fmt: skip
def test_where_it_is_kept(store: str, found: list[tuple[str, bool]]) -> None:
    assert lost(store) == found


def test_changes_are_ordered() -> None:
    assert Change.NONE < Change.PERHAPS < Change.SURELY
