"""One harness for all rules: findings exactly on the marked lines, and fixes that hold.

`tests/fixtures/<code>/` holds small cases, `tests/programs/<code>/` programs adapted from public reports, each beside its
repaired version. A line that must be reported ends with `# expect: TL201` (twice on a line: the code twice); every other
line must be silent for all rules, those included that are off by default. Marks are written before the rule runs.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from pathlib import Path

import pytest

from torchlint import engine, fixing, registry
from torchlint.report import Report
from torchlint.rule import Rule
from torchlint.settings import Settings
from torchlint.source import Source

TESTS = Path(__file__).parent
RULES = tuple(rule for rule in registry.load() if not rule.code.startswith("TLX"))
SETTINGS = Settings(extend_select=("strict",))
MARK = re.compile(r"# expect: ([A-Z0-9, ]+)$")
CASES = sorted(TESTS.glob("fixtures/tl*/*.py")) + sorted(TESTS.glob("programs/tl*/*.py"))
INPUTS = [path for path in CASES if not path.name.endswith(".fixed.py")]


def name(path: Path) -> str:
    """A case's name in test ids."""
    return path.relative_to(TESTS).with_suffix("").as_posix()


def read(path: Path) -> Source:
    """A case's source."""
    return Source.from_bytes(path.read_bytes(), path.name)


def expected(text: str) -> Counter[tuple[int, str]]:
    """The marks of a text: (line, code), as often as they are marked."""
    marks: Counter[tuple[int, str]] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        match = MARK.search(line)
        if match:
            marks.update((number, code) for code in re.split(r"[ ,]+", match.group(1).strip()))
    return marks


def found(report: Report) -> Counter[tuple[int, str]]:
    """The findings of a report as (line, code)."""
    return Counter((finding.line, finding.code) for finding in report.findings)


def comments(text: str) -> Counter[str]:
    """The comments of a text, but for marks (a fix may join the lines that carry them)."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT and not MARK.search(token.string))


def check(source: Source, rules: tuple[Rule, ...] = RULES) -> Report:
    """All rules on one source, without `# noqa`."""
    return engine.check(source, SETTINGS, rules, noqa=False)


@pytest.mark.parametrize("path", INPUTS, ids=name)
def test_findings_are_exactly_on_the_marked_lines(path: Path) -> None:
    source = read(path)
    report = check(source)
    assert report.problems == ()
    wanted, got = expected(source.text), found(report)
    messages = [f"{finding.line}: {finding.code} {finding.message}" for finding in report.findings]
    assert got == wanted, f"missing {dict(wanted - got)}, unexpected {dict(got - wanted)}\n" + "\n".join(messages)
    if path.name.startswith("silent_") or path.name.endswith(".repaired.py"):
        assert not wanted, "a silent case has a mark"


@pytest.mark.parametrize("path", [path for path in INPUTS if expected(path.read_text("utf-8"))], ids=name)
def test_fixes_converge_and_remove_their_findings(path: Path) -> None:
    source = read(path)
    before = check(source)
    result = fixing.fix_with(source, check, unsafe=True)
    fixable = [finding for finding in before.findings if finding.fix is not None]
    skipped = [(finding.line, finding.code, reason) for finding, reason in result.skipped if not finding.withheld]
    assert skipped == []
    assert len(result.applied) >= len(fixable)
    ast.parse(result.source_after.text)
    assert comments(result.source_after.text) == comments(source.text)
    again = fixing.fix_with(result.source_after, check, unsafe=True)
    assert again.source_after.text == result.source_after.text
    left = Counter(finding.code for finding in result.report.findings)
    assert left == Counter(finding.code for finding in before.findings if finding.fix is None)
    fixed = path.with_suffix(".fixed.py")
    if fixed.exists():
        assert result.source_after.text == fixed.read_text("utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_cases(rule: Rule) -> None:
    code = rule.code.lower()
    cases = [path for path in INPUTS if path.parent.name.startswith(code)]
    assert any(expected(path.read_text("utf-8")) for path in cases)
    assert any(path.name.startswith("silent_") for path in cases)
