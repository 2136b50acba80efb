"""prove: each way in which an example can fail to prove its rule, shown with two rules that only this test has."""

import ast
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from torchlint.context import Context
from torchlint.proof.execute import CannotRun
from torchlint.proof.prove import prove
from torchlint.proof.table import markdown, terminal, without_numbers
from torchlint.rule import Edit, Finding, Fix, Group, Rule, Safety

PROGRAM = """\
import torch


def main():
    x = torch.arange(6).reshape(2, 3)
    return {"flat": x.t().view(6)}  # expect: TLX801
"""
PROOF = """\
[[program]]
file = "program.py"

[[program.claim]]
kind = "raises"
exception = "RuntimeError"
message = "view size is not compatible"
"""


class View(Rule):
    """Finds every `.view` and puts `call` in its place; `call` may be wrong, or the same again."""

    code: ClassVar[str] = "TLX801"
    name: ClassVar[str] = "view"
    group: ClassVar[Group] = Group.STRICT
    word: ClassVar[str] = "view"
    call: ClassVar[str] = "reshape"

    def check(self, context: Context) -> Iterator[Finding]:
        for node in ast.walk(context.tree):
            if isinstance(node, ast.Attribute) and node.attr == self.word:
                _, end = context.range(node)
                fix = Fix("Replace", Safety.UNSAFE, (Edit(end - len(self.word), end, self.call),))
                yield context.finding(self, node, "view", fix=fix if self.call else None)


class NoOp(View):
    call = "view"


class Wrong(View):
    call = "flip"


class NoFix(View):
    call = ""


class Other(View):
    """Another rule, which knows the word by which `View` repairs, and finds nothing wrong with it."""

    code = "TLX802"
    word = "arange"
    call = ""


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    folder = tmp_path / "examples" / "tlx801_view"
    folder.mkdir(parents=True)
    (folder / "program.py").write_text(PROGRAM)
    (folder / "program.fixed.py").write_text(PROGRAM.replace("view", "reshape"))
    (folder / "proof.toml").write_text(PROOF)
    return tmp_path / "examples"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_rule_is_proved(examples: Path) -> None:
    pytest.importorskip("torch")
    report = prove([View()], examples)
    assert (report.failures, report.exit_code) == ((), 0)
    (row,) = report.rows
    assert (row.code, row.program, row.after, row.difference) == ("TLX801", "program.py", "runs", None)
    assert row.before.startswith("RuntimeError: view size is not compatible")
    assert "| TLX801 | program.py | RuntimeError: view size" in markdown(report)
    assert terminal(report).row_count == 1


@pytest.mark.parametrize(
    ("rule", "text", "claim"),
    [
        (NoOp, "view", "raises: main() raises after the fix: RuntimeError: view size is not compatible"),
        (Wrong, "flip", "raises: main() raises after the fix: IndexError: Dimension out of range"),
    ],
)
def test_no_fix_and_a_wrong_fix_are_found_out(rule: type[Rule], text: str, claim: str, examples: Path) -> None:
    """By the text, and, where somebody commits the wrong text too, by torch."""
    pytest.importorskip("torch")
    report = prove([rule()], examples)
    assert report.exit_code == 1
    assert any("the fix gives another text than program.fixed.py: line 6 becomes" in one for one in report.failures)
    (examples / "tlx801_view" / "program.fixed.py").write_text(PROGRAM.replace("view", text))
    assert any(claim in failure for failure in prove([rule()], examples).failures)


@pytest.mark.parametrize(
    ("file", "old", "new", "failure"),
    [
        ("program.py", "# expect: TLX801", "", "line 6: TLX801 is found and not expected"),
        ("program.py", "import torch", "import torch  # expect: TLX801", "line 1: TLX801 is expected and not found"),
        ("program.fixed.py", "x = ", "x  = ", "the fix gives another text than program.fixed.py"),
        ("program.py", "def main", "def other", "raises: the program has no function main()"),
        ("program.py", "x.t()", "x", "raises: nothing is raised before the fix"),
        ("program.py", "def main():", "def main(:", "line 4: "),
        ("proof.toml", "view size", "View size", "raises: expected RuntimeError with 'View size"),
        ("proof.toml", "kind", "kinds", "unknown kind None"),
        ("proof.toml", '"program.py"', '"other.py"', "program.fixed.py is not in tlx801_view/proof.toml"),
        ("proof.toml", '"program.py"', '"other.py"', "other.py: cannot be read"),
        (
            "proof.toml",
            'kind = "raises"\nexception = "RuntimeError"\nmessage = "view size is not compatible"',
            'kind = "equal"',
            "TLX801: no claim shows what goes wrong before the fix",
        ),
    ],
)
def test_an_example_that_proves_nothing(file: str, old: str, new: str, failure: str, examples: Path) -> None:
    pytest.importorskip("torch")
    change(examples / "tlx801_view" / file, old, new)
    report = prove([View()], examples)
    assert report.exit_code == 1
    assert any(failure in found for found in report.failures), report.failures


def test_every_rule_needs_an_example(examples: Path) -> None:
    pytest.importorskip("torch")
    assert "TLX802: has no example" in prove([View(), Other()], examples).failures
    assert "TLX802: has no example" not in prove([View(), Other()], examples, ["TLX801"]).failures
    shutil.copytree(examples / "tlx801_view", examples / "tlx803_view")
    assert "tlx803_view: there is no rule TLX803" in prove([View()], examples).failures


def test_findings_of_other_rules_count(examples: Path) -> None:
    pytest.importorskip("torch")
    failures = prove([View(), Other()], examples, ["TLX801"]).failures
    assert "TLX801: program.py: line 5: TLX802 is found and not expected" in failures
    assert "TLX801: program.py: after the fix, line 5 still has TLX802" in failures


def test_a_repair_by_hand(examples: Path) -> None:
    """A rule without fix is proved by a program that a person repaired; not so where there is a fix."""
    pytest.importorskip("torch")
    change(examples / "tlx801_view" / "proof.toml", 'file = "program.py"', 'file = "program.py"\nby-hand = true')
    assert prove([NoFix()], examples).failures == ()
    assert prove([View()], examples).failures == ("TLX801: program.py: says by-hand, but a finding has a fix",)


def test_nothing_to_prove(examples: Path) -> None:
    with pytest.raises(CannotRun, match="no rule has a code that begins with TL7"):
        prove([View()], examples, ["TL7"])
    with pytest.raises(CannotRun, match="there is no such folder"):
        prove([View()], examples / "none")


def test_without_torch(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(CannotRun, match="torch, which is not installed here"):
        prove([View()], examples)


def test_measured_numbers_are_blanked() -> None:
    assert without_numbers("| TL301 | a.py | `x`: 3 of 12 | float32 | 1.2e-07 |") == (
        "| TL301 | a.py | `x`: # of # | float32 | # |"
    )
