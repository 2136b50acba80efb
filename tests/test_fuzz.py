"""The campaigns that try to break torchlint: that each of them notices what it looks for, and a small sample of each."""

from __future__ import annotations

import ast
import random
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from benchmarks import fuzz
from benchmarks.fuzzing import mutating, repairing, running, writing
from benchmarks.fuzzing.planting import HEADER, planted
from tests.repository import ROOT
from torchlint.context import Context
from torchlint.edits import apply
from torchlint.fixing import FixResult
from torchlint.registry import load
from torchlint.report import Report
from torchlint.rule import Edit, Finding, Fix, Group, Rule, Safety
from torchlint.source import Source

PROGRAMS = sorted((ROOT / "tests" / "programs").rglob("*.py"))
LIBRARY = ("ast", "asyncio/base_events", "contextlib", "dataclasses", "enum", "functools", "inspect", "typing")


def test_planted_text_parses_and_is_the_same_every_time() -> None:
    text = "class A(B):\n    def f(self, a, b=1):\n        return g(a.h) + f'{g(a.h)}'\n"
    found = {planted(text, str(seed)) for seed in range(20)}
    assert len(found) > 10
    assert found == {planted(text, str(seed)) for seed in range(20)}
    for each in found:
        ast.parse(each)
        assert each.startswith(HEADER)
        assert "f'{g(a.h)}'" in each
    assert any("a: torch.Tensor, b: torch.Tensor=1" in each for each in found)
    assert any("class A(nn.Module)" in each for each in found)
    assert planted("print 'Python 2'\n", "0") == HEADER + "print 'Python 2'\n"


def test_mutants_differ_and_are_the_same_every_time() -> None:
    pieces = mutating.pieces(PROGRAMS[:10])
    found = [mutating.mutated(draw.choice(pieces), draw) for draw in map(random.Random, range(50))]
    assert found == [mutating.mutated(draw.choice(pieces), draw) for draw in map(random.Random, range(50))]
    assert len(set(found) - {ast.unparse(piece) for piece in pieces}) > 40
    for text in found:
        ast.parse(text)


class Bad(Rule):
    """Raises, takes long, or gives another answer, as the text says."""

    code = "TLX999"
    name = "bad"
    group = Group.ERROR
    count: ClassVar[list[int]] = []

    def check(self, context: Context) -> Iterator[Finding]:
        text = context.source.text
        if "explode" in text:
            raise ZeroDivisionError
        while "endless" in text:
            pass
        if "fickle" in text:
            self.count.append(1)
            yield Finding(self.code, self.name, self.group, str(len(self.count)), 1, 1, 1, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="timers of POSIX")
def test_what_must_not_happen_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "HANG", 0.1)
    tally = running.Tally()
    for text in ("fine", "explode", "endless", "fickle", "1 +"):
        running.run(tally, text, text, (Bad(),), twice=True)
    assert [one.split(":")[0] for one in (*tally.errors, *tally.slow, *tally.unequal)] == [
        "explode",
        "endless",
        "fickle",
    ]
    assert (tally.inputs, tally.unparsed, tally.good) == (5, 1, False)
    assert [line.split(":")[0].strip() for line in tally.lines()][1:] == ["explode", "endless", "fickle"]


def test_a_sample_of_the_library() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    rules, tally = load(), running.Tally()
    for name in LIBRARY:
        data = (folder / f"{name}.py").read_bytes()
        running.run(tally, name, data, rules)
        for seed in "01":
            running.run(tally, f"{name} {seed}", planted(data.decode(), seed), rules)
    assert tally.errors == []
    assert (tally.inputs, tally.unparsed) == (3 * len(LIBRARY), 0)
    assert tally.findings > 0


def test_a_sample_of_mutants() -> None:
    rules, tally, draw = load(), running.Tally(), random.Random("sample")
    pieces = mutating.pieces(PROGRAMS)
    for number in range(150):
        running.run(tally, f"mutant {number}", mutating.mutated(draw.choice(pieces), draw), rules, twice=True)
    assert (tally.errors, tally.unequal) == ([], [])
    assert tally.findings > 0


def test_a_sample_of_programs_that_are_made_up() -> None:
    pytest.importorskip("hypothesmith")
    rules, tally = load(), running.Tally()
    for number, text in enumerate(fuzz.made_up(15)):
        running.run(tally, f"program {number}: {text!r}", planted(text, str(number)), rules, twice=True)
    assert (tally.errors, tally.unequal) == ([], [])
    assert tally.inputs > 5


def test_a_sample_of_fixes() -> None:
    repairs = repairing.Repairs()
    for path in PROGRAMS[::7]:
        repairing.repair(repairs, path.name, path.read_bytes(), load())
    assert list(repairs.lines())[1:] == []
    assert repairs.applied > 5


@pytest.mark.parametrize(
    ("edits", "strayed"),
    [
        ([Edit(8, 9, "9")], []),
        ([Edit(0, 0, "import torch\n"), Edit(8, 9, "9")], []),
        ([Edit(8, 9, "9"), Edit(38, 39, "9")], [6]),
        ([Edit(35, 35, "x = 1\n")], [6]),
    ],
)
def test_a_change_that_no_finding_speaks_of_is_noticed(edits: list[Edit], strayed: list[int]) -> None:
    before = "a = 1\nb = 2\nc = 3\nd = 4\nlast = 5\nlast = 6\n"
    finding = Finding("TL999", "toy", Group.ERROR, "toy", 2, 1, 2, 2, fix=Fix("x", Safety.SAFE, tuple(edits)))
    result = FixResult(Source.from_text(apply(before, edits), "a.py"), (finding,), (), Report("a.py", (), ()))
    assert repairing.strayed(before, result) == strayed


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
@pytest.mark.parametrize("kind", writing.KINDS)
def test_a_trial_of_writing(kind: str) -> None:
    found = writing.trial(random.Random("sample"), kind)
    assert found.wrong == ""
    assert found.new < writing.FILES or kind in ("interrupt", "terminate", "kill")


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
def test_a_damaged_file_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def damage(folder: Path, kind: str, mounted: bool, draw: random.Random) -> None:
        (folder / "m00.py").write_text(writing.AFTER[:100])
        (folder / ".m01.py.tmp").write_text("")
        (folder / "m02.py").unlink()

    monkeypatch.setattr(writing, "_run", damage)
    found = writing.trial(random.Random(0), "interrupt")
    assert found.wrong == "neither old nor new: m00.py, m02.py; left behind: .m01.py.tmp"
    assert list(writing.lines([found]))[-2:] == ["1 trials, 1 wrong", f"  interrupt: {found.wrong}"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text("from torch import nn\nm = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))\n")
    assert fuzz.main(["files", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("1 inputs, 0 that aren't Python, ") == 2
    assert fuzz.main(["fixes", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "1 files, 1 changed by 1 fixes: 0 don't compile, 0 changed elsewhere, 0 changed by a second run\n"
    )
    assert fuzz.main(["files", str(tmp_path), "--seconds", "-1"]) == 0
    assert "stopped: 0 of 1 files done" in capsys.readouterr().out
