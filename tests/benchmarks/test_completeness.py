"""Nothing is hidden by gates: fixtures give the same without them, and the comparison sees what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.timing.completeness import Complete, compare, look, summary
from torchlint import engine
from torchlint.context import Context
from torchlint.report import Report
from torchlint.rule import Finding, Group, Rule
from torchlint.settings import Settings
from torchlint.source import Source

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize("folder", sorted(FIXTURES.glob("tl*")), ids=lambda folder: folder.name)
def test_fixtures_give_the_same_without_gates(folder: Path, tmp_path: Path) -> None:
    found = compare(folder, tmp_path, jobs=1)
    assert found.files == len([*folder.rglob("*.py")])
    assert (found.differing, found.failed) == ((), ())


class Needing(Rule):
    """Reports every file that it gets to see."""

    code, name, group = "TLX001", "needing", Group.ERROR
    needs = frozenset({"absent"})

    def check(self, context: Context) -> Iterator[Finding]:
        yield context.finding(self, context.tree.body[0], "seen")


def test_without_the_gate_rules_run_whatever_the_text_holds() -> None:
    source = Source.from_text("x = 1\n", "a.py")
    assert not engine.check(source, Settings(), [Needing()]).findings
    assert engine.check(source, Settings(), [Needing()], gate=False).findings


def test_a_difference_and_functions_that_were_given_up_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("class A:\n    def f(self):\n        pass\n\ndef g():\n    pass\n")
    (looked,) = look([str(path)], Settings())
    usual = looked.report
    found = Finding("TLX001", "x", Group.ERROR, "m", 1, 1, 1, 2)
    assert summary([usual], [usual], [looked]) == Complete(1, 0, 2, (), (), ())
    for reports in ([Report(str(path), (found,), ())], [usual]), ([usual], [Report(str(path), (found,), ())]):
        assert summary(*reports, [looked]).differing == (str(path),)
    given_up = replace(looked, cut=("a.py:5 g",), failed=("a.py:2 f: ValueError: v",))
    assert summary([usual], [usual], [given_up]) == Complete(1, 0, 2, given_up.cut, given_up.failed, ())


def test_files_without_syntax_are_compared_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.py").write_text("def\n")
    (tmp_path / "scratch").mkdir()
    assert not compare(tmp_path, tmp_path / "scratch", jobs=1).differing
