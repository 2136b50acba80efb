"""What TL201 says, and why it withholds its fix. Which lines it reports is in tests/fixtures/tl201."""

from __future__ import annotations

import textwrap

import pytest

from torchlint.engine import check
from torchlint.registry import load
from torchlint.rule import Finding, Safety
from torchlint.settings import Settings
from torchlint.source import Source

MODEL = """
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.norm = nn.BatchNorm2d(8)
        {init}
    def forward(self, x):
        x = self.conv(x)
        return self.norm(x)
"""


def findings(code: str) -> tuple[Finding, ...]:
    rules = [rule for rule in load() if rule.code == "TL201"]
    report = check(Source.from_text(textwrap.dedent(code), "model.py"), Settings(), rules)
    assert not report.problems
    return report.findings


def test_message_and_evidence_use_the_names_of_the_file() -> None:
    (finding,) = findings(MODEL.format(init="pass"))
    assert finding.message == (
        "the bias of `self.conv` has no effect: `self.norm`, made on line 7, subtracts it again with the mean of every "
        "channel; use bias=False"
    )
    assert [(step.line, step.text) for step in finding.because] == [
        (10, "`self.conv` is called"),
        (11, "only `self.norm` gets its output"),
        (7, "`self.norm` subtracts the mean of every channel"),
    ]
    assert finding.fix is not None and finding.fix.safety is Safety.UNSAFE
    assert (finding.line, finding.column, finding.severity) == (6, 21, "note")


WITHHELD = [
    ("nn.init.zeros_(self.conv.bias)", "`self.conv.bias` on line 8 would fail without the bias"),
    ("self.conv.bias.data.fill_(0.1)", "`self.conv.bias` on line 8 would fail without the bias"),
    ("self.conv.bias.requires_grad = False", "`self.conv.bias` on line 8 would fail without the bias"),
    ("for m in self.modules(): nn.init.zeros_(m.bias)", "`m.bias` on line 8 would fail without the bias"),
    ("self.apply(lambda m: nn.init.zeros_(m.bias))", "`m.bias` on line 8 would fail without the bias"),
    ("if self.conv.bias is not None: nn.init.zeros_(self.conv.bias)", ""),
    ("for m in self.modules(): isinstance(m, nn.Linear) and nn.init.zeros_(m.bias)", ""),
    ("nn.init.zeros_(self.norm.bias)", ""),
    ("nn.init.zeros_(self.conv.weight)", ""),
]


@pytest.mark.parametrize(("init", "reason"), WITHHELD)
def test_no_fix_where_initialisation_would_fail(init: str, reason: str) -> None:
    (finding,) = findings(MODEL.format(init=init))
    assert finding.withheld == reason
    assert (finding.fix is None) == bool(reason)


def test_no_fix_where_the_bias_comes_out_of_a_mapping() -> None:
    (finding,) = findings(
        """
        from torch import nn
        options = {"bias": True}
        net = nn.Sequential(nn.Conv2d(3, 8, 3, **options), nn.BatchNorm2d(8))
        """
    )
    assert finding.fix is None
    assert finding.withheld == "`**options` may pass `bias`"


def test_silent_where_a_function_was_too_long_to_analyse() -> None:
    lines = "\n".join(f"        y{i} = x" for i in range(3500))
    assert not findings(MODEL.format(init="pass") + f"    def long(self, x):\n{lines}\n")
