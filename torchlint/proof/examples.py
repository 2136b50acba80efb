"""What an example says without being executed: its marks, its findings, and the result of its fix."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from torchlint import engine, fixing
from torchlint.proof.claims import Program
from torchlint.report import Report
from torchlint.rule import Rule
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

_MARK = re.compile(r"#\s*expect:\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)\s*$")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A program's text before and after the fix, and what is wrong with the example already."""

    before: str
    after: str
    failures: tuple[str, ...]


def marks(text: str) -> Counter[tuple[int, str]]:
    """The findings that `# expect: TL201, TL501` at the end of a line asks for, as (line, code)."""
    expected: Counter[tuple[int, str]] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        match = _MARK.search(line)
        if match:
            expected.update((number, code.strip()) for code in match[1].split(","))
    return expected


def prepare(folder: Path, program: Program, code: str, rules: Sequence[Rule], settings: Settings) -> Prepared:
    """Lint a program, fix it, and compare with its marks and with the committed result."""
    try:
        source = _read(folder / program.file)
        committed = _read(folder / program.fixed_file)
    except (OSError, SourceError) as error:
        return Prepared("", "", (f"cannot be read: {error}",))
    failures = [*_lint(source, code, rules, settings)]
    if program.by_hand:
        report = engine.check(source, settings, rules)
        if any(finding.fix is not None for finding in report.findings):
            failures.append("says by-hand, but a finding has a fix")
        fixed = committed
    else:
        fixed = fixing.fix(source, settings, rules, unsafe=True).source_after
        if fixed.text != committed.text:
            failures.append(
                f"the fix gives another text than {program.fixed_file}{_first_difference(fixed, committed)}"
            )
    failures += _problems(fixed, rules, settings)
    return Prepared(source.text, fixed.text, tuple(failures))


def _lint(source: Source, code: str, rules: Sequence[Rule], settings: Settings) -> list[str]:
    report = engine.check(source, settings, rules)
    expected = marks(source.text)
    found = Counter((finding.line, finding.code) for finding in report.findings)
    failures = [f"line {problem.line}: {problem.message}" for problem in report.problems]
    failures += [f"line {line}: {name} is expected and not found" for line, name in sorted(expected - found)]
    failures += [f"line {line}: {name} is found and not expected" for line, name in sorted(found - expected)]
    if not any(name == code for _, name in expected):
        failures.append(f"no line is marked '# expect: {code}'")
    return failures


def _problems(fixed: Source, rules: Sequence[Rule], settings: Settings) -> list[str]:
    """What is wrong with a fixed text: it does not parse, or something is still found."""
    try:
        ast.parse(fixed.text)
    except (SyntaxError, ValueError) as error:
        return [f"the fixed program does not parse: {error}"]
    report: Report = engine.check(fixed, settings, rules)
    return [f"after the fix, line {finding.line} still has {finding.code}" for finding in report.findings]


def _first_difference(fixed: Source, committed: Source) -> str:
    for number, (one, other) in enumerate(zip_longest(fixed.text.splitlines(), committed.text.splitlines()), 1):
        if one != other:
            return f": line {number} becomes {one!r}, committed is {other!r}"
    return ": it differs in its ends of lines"


def _read(path: Path) -> Source:
    return Source.from_bytes(path.read_bytes(), path.name)
