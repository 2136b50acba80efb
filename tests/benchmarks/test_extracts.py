"""Enough true findings have an extract, and each extract belongs to a finding that is in the ledger."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.ledger import entries

EXTRACTS = Path(__file__).parent / "extracts"
ENOUGH = 5


def findings(path: Path) -> list[tuple[str, ...]]:
    """The arguments of each `pytest.mark.finding(..)` in a file."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [
        tuple(ast.literal_eval(argument) for argument in call.args)
        for call in calls
        if ast.unparse(call.func) == "pytest.mark.finding"
    ]


TRUE = {entry.key: entry for entry in entries.read() if entry.verdict == "true"}


@pytest.mark.parametrize("path", sorted(EXTRACTS.glob("test_*.py")), ids=lambda path: path.stem)
def test_extracts_are_of_true_findings(path: Path) -> None:
    for key in findings(path):
        assert key in TRUE, key
        assert f"test_{TRUE[key].code.lower()}" == path.stem


def test_each_rule_has_enough() -> None:
    there = Counter(TRUE[key].code for path in EXTRACTS.glob("test_*.py") for key in findings(path) if key in TRUE)
    found = Counter(entry.code for entry in TRUE.values())
    assert {code: there[code] for code in found if there[code] < min(ENOUGH, found[code])} == {}
