"""What TL109 says, and why it withholds its fix. Which lines it reports is in tests/fixtures/tl109."""

from __future__ import annotations

import pytest

from torchlint.engine import check
from torchlint.registry import load
from torchlint.rule import Finding, Group, Safety
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in load() if rule.code == "TL109"]
MODEL = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, device):
        super().__init__()
        self.p = nn.Parameter(torch.ones(2))
        self.register_buffer("b", torch.ones(2))
        self.linear = nn.Linear(2, 2)
        {store}
    def later(self):
        {later}
    def forward(self, x):
        return x
"""


def found(store: str = "pass", later: str = "pass") -> Finding:
    report = check(Source.from_text(MODEL.format(store=store, later=later), "model.py"), Settings(), RULES)
    assert not report.problems
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize(
    ("store", "message"),
    [
        ("self.p = self.p * 2", "assigning a plain tensor to the parameter `p` raises TypeError: it takes only an nn.Parameter or None"),
        ("self.p = 2", "assigning this value to the parameter `p` raises TypeError: it takes only an nn.Parameter or None"),
        ("self.b = 2", "assigning this value to the buffer `b` raises TypeError: it takes only a tensor or None"),
        ("self.register_buffer('p', torch.ones(2))", "register_buffer raises KeyError: `p` is a parameter already"),
        ("self.register_parameter('q', torch.ones(2))", "register_parameter of `q` raises TypeError: what it gets is no nn.Parameter"),
        ("self.linear.bias = torch.ones(2)", "assigning a plain tensor to the parameter `bias` raises TypeError: it takes only an nn.Parameter or None"),
    ],
)  # fmt: skip
def test_message_says_what_torch_does(store: str, message: str) -> None:
    finding = found(store)
    assert finding.message == message
    assert finding.group is Group.ERROR


def test_a_move_that_may_be_none_is_only_suspicious() -> None:
    finding = found("self.p = self.p.to(device)")
    assert "raises TypeError wherever there is something to move or convert" in finding.message
    assert finding.group is Group.SUSPICIOUS
    assert finding.fix is not None and finding.fix.safety is Safety.UNSAFE


def test_what_could_only_fail_is_mended_safely() -> None:
    fix = found("self.p = self.p * 2").fix
    assert fix is not None and fix.safety is Safety.SAFE


@pytest.mark.parametrize(
    ("store", "later", "why"),
    [
        ("pass", "self.p = self.p * 2", "so that the optimizer keeps it"),
        ("self.p = 2", "pass", "what should be stored isn't known"),
        ("self.register_buffer('p', torch.ones(2))", "pass", "which of the two should have the name"),
        ("w = torch.ones(2); self.p = w", "pass", "isn't written at the assignment"),
    ],
)
def test_fix_is_withheld(store: str, later: str, why: str) -> None:
    finding = found(store, later)
    assert finding.fix is None
    assert why in finding.withheld
