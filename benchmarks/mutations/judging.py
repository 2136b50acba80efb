"""Lints a mutant, applies the fix, and compares the result with what stood there before."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.mutations.mutant import Mutant, edited
from benchmarks.mutations.normal import normal
from torchlint import engine
from torchlint.edits import apply
from torchlint.rule import Edit, Finding, Rule
from torchlint.settings import Settings
from torchlint.source import Source


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: `restored` is None where it wasn't found or the rule withholds its fix (`problem` says why)."""

    mutant: Mutant
    line: int
    found: bool
    restored: bool | None = None
    problem: str = ""


class Judge:
    """Lints with all rules; what is found in an unchanged file is computed once for its mutants."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._settings = Settings()
        self._last: tuple[str, Counter[str]] = ("", Counter())

    def judge(self, mutant: Mutant) -> Outcome:
        """Lint a mutant and its repair."""
        text, ranges = edited(mutant.file.source.text, mutant.edits)
        source = mutant.file.source.replaced(text)
        first = source.position(min(start for start, _ in ranges))[0]
        lines = [(source.position(start)[0], source.position(end)[0]) for start, end in ranges]
        position = mutant.file.source.position
        lines += [(position(start)[0], position(end)[0]) for start, end in mutant.sinks]
        codes = mutant.codes or (mutant.family,)
        every = [one for one in self._check(source) if one.code in codes]
        findings = [one for one in every if _overlaps(one, lines)]
        if not findings:
            return Outcome(mutant, first, found=False)
        if findings[0].fix is None:
            return Outcome(mutant, first, True, None, f"withheld: {findings[0].withheld}")
        # What was undone may show at several places: all are mended where none was there before.
        mended = every if not self._before(mutant).keys() & set(codes) else findings
        repairs = {edit for one in mended if one.fix is not None for edit in one.fix.edits}
        return self._repaired(mutant, source, first, codes, sorted(repairs))

    def _repaired(
        self, mutant: Mutant, source: Source, first: int, codes: Sequence[str], repairs: list[Edit]
    ) -> Outcome:
        after = source.replaced(apply(source.text, repairs))
        remaining = Counter(one.code for one in self._check(after)) - self._before(mutant)
        if remaining:
            still = "the finding is still there" if remaining.keys() & set(codes) else "another finding is new"
            return Outcome(mutant, first, True, False, still)
        try:
            result = ast.parse(after.text)
        except SyntaxError:
            return Outcome(mutant, first, True, False, "the result doesn't parse")
        original = ast.parse(mutant.file.source.text)
        # A target may keep its wrong dtype until the loss, where the fix converts it.
        wanted = [original, ast.parse(source.text)] if mutant.family in ("TL401", "TL402") else [original]
        if any(normal(result, mutant.family) == normal(one, mutant.family) for one in wanted):
            return Outcome(mutant, first, True, True)
        return Outcome(mutant, first, True, False, "the text differs")

    def _check(self, source: Source) -> Sequence[Finding]:
        report = engine.check(source, self._settings, self._rules, noqa=False)
        if report.problems:
            raise RuntimeError(f"{source.path}: {report.problems[0].message}")
        return report.findings

    def _before(self, mutant: Mutant) -> Counter[str]:
        if self._last[0] != mutant.file.name:
            self._last = (mutant.file.name, Counter(one.code for one in self._check(mutant.file.source)))
        return self._last[1]


def _overlaps(finding: Finding, lines: Sequence[tuple[int, int]]) -> bool:
    return any(first <= finding.end_line and finding.line <= last for first, last in lines)
