"""What TL102 says, and why it withholds its fix. Which lines it reports is in tests/fixtures/tl102."""

from __future__ import annotations

import pytest

from torchlint.engine import check
from torchlint.registry import load
from torchlint.rule import Finding, Safety
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in load() if rule.code == "TL102"]
MODEL = """
from torch import nn
class Net(nn.Module):
    def __init__(self, dim, depth):
        {before}
        super().__init__()
        {store}
    def forward(self, x):
        return self.{read}
"""


def findings(store: str, before: str = "pass", read: str = "layers[0](x)") -> tuple[Finding, ...]:
    report = check(Source.from_text(MODEL.format(store=store, before=before, read=read), "model.py"), Settings(), RULES)
    assert not report.problems
    return report.findings


def test_message_names_the_attribute_and_what_is_lost() -> None:
    (finding,) = findings("self.layers = [nn.Linear(dim, dim), nn.ReLU()]")
    assert finding.message == (
        "`self.layers` keeps modules in a plain list: parameters(), .to(), eval() and the state_dict don't reach them"
    )
    assert finding.fix is not None and finding.fix.safety is Safety.UNSAFE


@pytest.mark.parametrize(
    ("store", "why"),
    [
        ("self.layers = nn.Linear(dim, dim),", "remove the comma at the end"),
        ("self.layers = (nn.Linear(dim, dim), nn.Linear(dim, 1))", "make it an nn.ModuleList"),
        ("self.layers = [[nn.Linear(dim, dim)], [nn.Linear(dim, 1)]]", "may need an nn.ModuleList of its own"),
        ("self.layers = [nn.Linear(dim, dim), nn.Linear(dim, 1), None]", "it holds None"),
        ("self.layers = {0: nn.Linear(dim, dim), 1: nn.Linear(dim, 1)}", "all its keys are strings"),
        ("layers = [nn.Linear(dim, dim)] * depth; self.layers = layers", "isn't written at the assignment"),
    ],
)
def test_fix_is_withheld(store: str, why: str) -> None:
    (finding,) = findings(store)
    assert finding.fix is None
    assert why in finding.withheld


def test_fix_is_withheld_where_a_module_list_lacks_a_method() -> None:
    (finding,) = findings("self.layers = [nn.Linear(dim, dim), nn.ReLU()]", read="layers.index(x)")
    assert "a method is used" in finding.withheld


def test_fix_is_withheld_before_the_base_is_ready() -> None:
    (finding,) = findings("pass", before="self.layers = [nn.Linear(dim, dim), nn.ReLU()]")
    assert "super().__init__()" in finding.withheld


@pytest.mark.parametrize(
    "stateless",
    ["nn.ReLU(), nn.Flatten()", "nn.InstanceNorm1d(dim), nn.Tanh()", "nn.LayerNorm(dim, elementwise_affine=False), nn.Tanh()",
     "nn.BatchNorm1d(dim, affine=False, track_running_stats=False), nn.Tanh()", "nn.NLLLoss(), nn.Sequential(nn.ReLU())"],
)  # fmt: skip
def test_modules_without_state_may_be_anywhere(stateless: str) -> None:
    assert findings(f"self.layers = [{stateless}]") == ()


@pytest.mark.parametrize(
    "stateful",
    ["nn.Dropout2d(0.1), nn.ReLU()", "nn.BatchNorm1d(dim, affine=False), nn.Tanh()", "nn.InstanceNorm1d(dim, affine=True), nn.Tanh()",
     "nn.NLLLoss(weight=depth), nn.ReLU()", "nn.Sequential(nn.Linear(dim, 1)), nn.ReLU()"],
)  # fmt: skip
def test_modules_with_state_may_not(stateful: str) -> None:
    assert len(findings(f"self.layers = [{stateful}]")) == 1
