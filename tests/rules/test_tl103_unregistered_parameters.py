"""What TL103 says, and why it withholds its fix. Which lines it reports is in tests/fixtures/tl103."""

from __future__ import annotations

import pytest

from torchlint.engine import check
from torchlint.registry import load
from torchlint.rule import Finding, Safety
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in load() if rule.code == "TL103"]
MODEL = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, device, dim):
        {before}
        super().__init__()
        {store}
    def forward(self, x):
        return x * self.w{read}
"""


def found(store: str, before: str = "pass", read: str = "") -> Finding:
    report = check(Source.from_text(MODEL.format(store=store, before=before, read=read), "model.py"), Settings(), RULES)
    assert not report.problems
    (finding,) = report.findings
    return finding


def test_a_move_that_may_be_none_says_so() -> None:
    finding = found("self.w = nn.Parameter(torch.ones(dim)).to(device)")
    assert finding.message == (
        "`self.w` is no parameter wherever `.to()` has something to move or convert, but a tensor that `.to()` made of one: "
        "no optimizer trains it, and the state_dict doesn't have it"
    )
    assert finding.fix is not None and finding.fix.safety is Safety.UNSAFE


def test_an_operation_is_named() -> None:
    assert (
        "a tensor that `torch.exp()` made of one" in found("self.w = torch.exp(nn.Parameter(torch.ones(dim)))").message
    )
    assert "a tensor that an operation made of one" in found("self.w = nn.Parameter(torch.ones(dim)) / 2").message


def test_a_container_says_what_it_is() -> None:
    assert found("self.w = [nn.Parameter(torch.ones(dim)) for _ in range(2)]", read="[0]").message == (
        "`self.w` keeps parameters in a plain list: no optimizer trains them, and .to() and the state_dict don't reach them"
    )


@pytest.mark.parametrize(
    ("store", "why"),
    [
        ("self.w = nn.Parameter(torch.ones(dim)).exp()", "`exp` may belong into forward"),
        ("w = nn.Parameter(torch.ones(dim)); self.w = w * 2", "isn't written at the assignment"),
        ("self.w = nn.Parameter(torch.ones(dim)) + nn.Parameter(torch.ones(dim))", "more than one parameter"),
        ("self.w = nn.Parameter(data=torch.ones(dim)) * 2", "written out as its first argument"),
        ("self.w = nn.Parameter(  # why\n            torch.ones(dim)) * 2", "a comment would be lost"),
        ("self.w = [nn.Parameter(torch.ones(dim)), nn.Parameter(torch.ones(dim)), nn.ReLU()]", "both modules and parameters"),
        ("self.w = nn.Parameter(torch.ones(dim)),", "remove the comma at the end"),
    ],
)  # fmt: skip
def test_fix_is_withheld(store: str, why: str) -> None:
    finding = found(store)
    assert finding.fix is None
    assert why in finding.withheld


def test_fix_is_withheld_before_the_base_is_ready() -> None:
    assert "super().__init__()" in found("pass", before="self.w = nn.Parameter(torch.ones(dim)).to(device)").withheld
