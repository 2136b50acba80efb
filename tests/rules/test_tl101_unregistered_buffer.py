"""What TL101 says, how it repairs, and why it withholds its fix. Which lines it reports is in tests/fixtures/tl101."""

from __future__ import annotations

import ast
import textwrap
import warnings

import pytest

from torchlint import fixing
from torchlint.engine import check
from torchlint.registration import OF_MODULE
from torchlint.registry import load
from torchlint.rule import Finding, Safety
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in load() if rule.code == "TL101"]
MODEL = """
import torch
from torch import nn
class Net(nn.Module):
    {body}
    def __init__(self, n: int, flag=False, given: torch.Tensor = None):
        super().__init__()
        {store}
    def forward(self, x):
        return x * self.t
"""


def findings(code: str, target_torch: tuple[int, int] = (2, 0)) -> tuple[Finding, ...]:
    source = Source.from_text(textwrap.dedent(code), "model.py")
    report = check(source, Settings(target_torch=target_torch), RULES)
    assert not report.problems
    return report.findings


def stored(store: str, body: str = "pass", target_torch: tuple[int, int] = (2, 0)) -> Finding:
    return findings(MODEL.format(store=store, body=body), target_torch)[0]


def repaired(store: str, target_torch: tuple[int, int] = (2, 0)) -> str:
    """The constructor's text after `super().__init__()`, repaired."""
    source = Source.from_text(MODEL.format(store=store, body="pass"), "model.py")
    result = fixing.fix(source, Settings(target_torch=target_torch), RULES, unsafe=True)
    text = result.source_after.text
    ast.parse(text)
    return text.partition("super().__init__()\n        ")[2].partition("\n    def forward")[0]


def test_message_and_evidence_name_the_attribute_and_the_place() -> None:
    finding = stored("self.t = torch.ones(n)")
    assert finding.message == (
        "`self.t` is no buffer: .to(device) leaves it behind, and `x * self.t` on line 10 then mixes devices"
    )
    assert [(step.line, step.text) for step in finding.because] == [
        (8, "stored as a plain attribute"),
        (10, "here it meets a tensor that follows the module"),
    ]
    assert (finding.line, finding.column, finding.severity) == (8, 9, "error")


def test_a_tensor_that_should_be_trained_gets_its_own_message() -> None:
    finding = stored("self.t = torch.ones(n, requires_grad=True)")
    assert finding.message == (
        "`self.t` requires gradients but is no nn.Parameter: no optimizer sees it, and it is neither moved nor saved"
    )
    assert finding.severity == "warning"
    assert finding.fix is None


SAFETY = [
    ("torch.arange(n)", Safety.SAFE),
    ("torch.ones(n, dtype=torch.bool)", Safety.SAFE),
    ("torch.ones(n).tril().bool()", Safety.SAFE),
    ("torch.ones(n)", Safety.UNSAFE),
    ("torch.arange(n).float()", Safety.UNSAFE),
    ("given[None]", Safety.UNSAFE),
]


@pytest.mark.parametrize(("value", "safety"), SAFETY)
def test_what_half_would_round_is_an_unsafe_fix(value: str, safety: Safety) -> None:
    fix = stored(f"self.t = {value}").fix
    assert fix is not None
    assert fix.safety is safety


WITHHELD = [
    ("self.t = torch.ones(n, dtype=torch.complex64)", "pass", "imaginary"),
    ("self.t = torch.polar(torch.ones(n), torch.ones(n))", "pass", "imaginary"),
    ("self.t = torch.exp(1j * torch.ones(n))", "pass", "imaginary"),
    ("self.t = torch.ones(n, requires_grad=True)", "pass", "nn.Parameter"),
    ("self.t = torch.ones(n).requires_grad_()", "pass", "nn.Parameter"),
    ("self.t = None\n        self.t = torch.ones(n)", "pass", "something other"),
    ("self.t = 1.0\n        if flag:\n            self.t = torch.ones(n)", "pass", "something other"),
    ("self.t = torch.ones(n)\n    def drop(self):\n        self.t = None", "pass", "something other"),
    (
        "self.t = torch.ones(n)\n        if flag:\n            self.t = nn.Parameter(torch.ones(n))",
        "pass",
        "something other",
    ),
    ("self.t = torch.ones(n) if flag else 1.0", "pass", "something other"),
    ("self.t = torch.ones(n)", "t = None", "attribute of this name"),
    ("self.t = self.u = torch.ones(n)", "pass", "several names"),
    ("self.t, self.u = torch.ones(2, n)", "pass", "unpacked"),
    ("setattr(self, 't', torch.ones(n))", "pass", "by name"),
]


@pytest.mark.parametrize(("store", "body", "reason"), WITHHELD)
def test_a_fix_that_would_fail_is_withheld_with_its_reason(store: str, body: str, reason: str) -> None:
    finding = stored(store, body)
    assert finding.fix is None
    assert reason in finding.withheld


def test_nothing_is_registered_before_the_module_is_made() -> None:
    code = MODEL.format(store="pass", body="pass").replace(
        "        super().__init__()\n        pass", "        self.t = torch.ones(n)\n        super().__init__()"
    )
    (finding,) = findings(code)
    assert "before super().__init__()" in finding.withheld


def test_names_of_nn_module_are_never_registered() -> None:
    code = MODEL.format(store="self.t = torch.ones(n)", body="pass").replace("self.t", "self.type")
    (finding,) = findings(code)
    assert finding.fix is None
    assert "KeyError" in finding.withheld
    torch = pytest.importorskip("torch")
    assert {name for name in dir(torch.nn.Module()) if not name.startswith("_")} <= OF_MODULE


def test_a_property_with_a_setter_is_left_alone() -> None:
    body = "@property\n    def t(self):\n        return self._t\n    @t.setter\n    def t(self, value):\n        self._t = value"
    assert findings(MODEL.format(store="self.t = torch.ones(n)", body=body)) == ()


FIXED = [
    ("self.t = torch.ones(n)", 'self.register_buffer("t", torch.ones(n), persistent=False)'),
    ("self.t = \\\n  torch.ones(n)", 'self.register_buffer("t", torch.ones(n), persistent=False)'),
    ("self.t=(torch.ones(n))  # why", 'self.register_buffer("t", (torch.ones(n)), persistent=False)  # why'),
    (
        "x = 1; self.t = torch.ones(n); y = 2",
        'x = 1; self.register_buffer("t", torch.ones(n), persistent=False); y = 2',
    ),
    (
        "self.t: torch.Tensor = torch.ones(n)",
        'self.t: torch.Tensor\n        self.register_buffer("t", torch.ones(n), persistent=False)',
    ),
    (
        "x = 1; self.t: torch.Tensor = torch.ones(n)",
        'x = 1; self.t: torch.Tensor; self.register_buffer("t", torch.ones(n), persistent=False)',
    ),
    (
        "self.t, self.n = torch.ones(n), n",
        'self.register_buffer("t", torch.ones(n), persistent=False)\n        self.n = n',
    ),
    (
        "self.t = torch.ones(n)\n        self.t = self.t / 2\n        self.t *= 2",
        'self.register_buffer("t", torch.ones(n), persistent=False)\n        self.t = self.t / 2\n        self.t *= 2',
    ),
    (
        "self.t = torch.ones(n) if flag else None",
        'self.register_buffer("t", torch.ones(n) if flag else None, persistent=False)',
    ),
    (
        "self.t = torch.tensor([\n  1.0,  # a\n])",
        'self.register_buffer("t", torch.tensor([\n  1.0,  # a\n]), persistent=False)',
    ),
]


@pytest.mark.parametrize(("store", "expected"), FIXED)
def test_the_value_s_text_stays(store: str, expected: str) -> None:
    assert repaired(store) == expected


NEWER = [
    ("self.t = torch.ones(n)", "self.t = nn.Buffer(torch.ones(n), persistent=False)"),
    ("self.t, self.n = torch.ones(n), n", "self.t, self.n = nn.Buffer(torch.ones(n), persistent=False), n"),
    (
        "self.t = torch.ones(n) if flag else None",  # nn.Buffer(None) is an empty tensor
        'self.register_buffer("t", torch.ones(n) if flag else None, persistent=False)',
    ),
]


@pytest.mark.parametrize(("store", "expected"), NEWER)
def test_a_torch_that_has_it_gets_nn_buffer(store: str, expected: str) -> None:
    assert repaired(store, (2, 5)) == expected


ROUNDING = [("float16", 5000.0, 2.0, 0.00025), ("bfloat16", 5000.0, 16.0, 0.002)]


@pytest.mark.parametrize(("dtype", "largest", "positions", "unit"), ROUNDING)
def test_the_documentation_s_figures_on_rounding(dtype: str, largest: float, positions: float, unit: float) -> None:
    torch = pytest.importorskip("torch")
    table = torch.arange(largest + 1)
    assert (table - table.to(getattr(torch, dtype)).float()).abs().max().item() == positions
    values = torch.linspace(0, 1, 1_000_001)
    assert (values - values.to(getattr(torch, dtype)).float()).abs().max().item() == pytest.approx(unit, rel=0.05)


def test_torch_s_reasons_for_no_fix() -> None:
    torch = pytest.importorskip("torch")
    module = torch.nn.Module()
    module.t = None
    with pytest.raises(KeyError, match="already exists"):
        module.register_buffer("t", torch.ones(3))
    module.register_buffer("z", torch.ones(3, dtype=torch.complex64))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "discards the imaginary part", once a process
        assert module.to(torch.bfloat16).z.dtype == torch.bfloat16
    assert torch.nn.Buffer(None).numel() == 0
