"""Applies the fixes of findings to a text, until nothing changes. Pure: reads and writes no file.

A round applies as many fixes as do not touch each other, checks the result, and looks at what became of each finding.
A fix is dropped, with a reason, where its result does not parse or cannot be written, where its finding is still there
afterwards, or where another finding is new. So every round either lowers the number of findings or drops a fix: rules
that undo each other's fixes cannot run forever.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from torchlint.edits import apply
from torchlint.report import Report
from torchlint.rule import Edit, Finding, Fix, Rule, Safety
from torchlint.source import Source, SourceError
from torchlint.syntax.parse import parse

if TYPE_CHECKING:
    from torchlint.settings import Settings

Check = Callable[[Source], Report]


@dataclass(frozen=True, slots=True)
class FixResult:
    """A repaired text and its report.

    `applied`: the findings whose fixes are in it, with the positions that they had when they were fixed. `skipped`: the
    findings of the report that could have been fixed, each with the reason why it was not.
    """

    source_after: Source
    applied: tuple[Finding, ...]
    skipped: tuple[tuple[Finding, str], ...]
    report: Report


def fix(source: Source, settings: Settings, rules: Sequence[Rule], *, unsafe: bool) -> FixResult:
    """Apply the safe fixes of what the rules find, with `unsafe` all."""
    from torchlint import engine

    return fix_with(source, lambda text: engine.check(text, settings, rules), unsafe=unsafe)


def fix_with(source: Source, check: Check, *, unsafe: bool) -> FixResult:
    """The same for any check."""
    report = check(source)
    state = _State(source, report, (None,) * len(report.findings))
    applied: list[Finding] = []
    most = len(report.findings)  # fixes in one round
    while chosen := _choose(state, unsafe, most):
        after = _try(state, chosen, check)
        if isinstance(after, _State):
            state = after
            applied += [finding for _, finding in chosen]
            most *= 2
        elif len(chosen) > 1:
            most = len(chosen) // 2  # one of them is at fault; it is found by halving
        else:
            state = state.dropped(chosen[0][0], after)
            most = 2
    return FixResult(state.source, tuple(applied), tuple(_skipped(state, unsafe)), state.report)


@dataclass(frozen=True, slots=True)
class _State:
    """A text and its findings, each with the reason why its fix was dropped, or None."""

    source: Source
    report: Report
    reasons: tuple[str | None, ...]

    def dropped(self, index: int, reason: str) -> _State:
        """The same, with the fix of one finding dropped."""
        return _State(self.source, self.report, (*self.reasons[:index], reason, *self.reasons[index + 1 :]))


def _choose(state: _State, unsafe: bool, most: int) -> list[tuple[int, Finding]]:
    """The findings to fix in this round, at most so many, with their places: no two of their fixes touch each other."""
    chosen: list[tuple[int, Finding]] = []
    taken: set[Edit] = set()
    for index, finding in enumerate(state.report.findings):
        if state.reasons[index] is not None or not _wanted(finding.fix, unsafe) or finding.fix is None:
            continue
        edits = set(finding.fix.edits)
        if any(_touch(edit, other) for edit in edits - taken for other in taken - edits):
            continue  # its turn comes in a later round, when the text around it is settled
        chosen.append((index, finding))
        taken |= edits
        if len(chosen) == most:
            break
    return chosen


def _wanted(fix: Fix | None, unsafe: bool) -> bool:
    return fix is not None and bool(fix.edits) and (unsafe or fix.safety is Safety.SAFE)


def _touch(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


def _try(state: _State, chosen: Sequence[tuple[int, Finding]], check: Check) -> _State | str:
    """The text with the chosen fixes and what is found in it; or why they are not to be applied."""
    edits = sorted({edit for _, finding in chosen if finding.fix for edit in finding.fix.edits})
    problem = _misplaced(edits, len(state.source.text))
    if problem:
        return problem
    text = apply(state.source.text, edits)
    if text == state.source.text:
        return "its fix changes nothing"
    try:
        source = state.source.replaced(text)
        parsed = parse(source)
    except SourceError as error:
        return f"the result would be no valid file: {error.message}"
    if not _compiles(parsed) and _compiles(parse(state.source)):
        return "the result would not compile"
    report = check(source)
    if len(report.problems) > len(state.report.problems):
        return f"the result cannot be checked: {report.problems[-1].message}"
    return _compared(state, chosen, edits, source, report)


def _compared(
    state: _State, chosen: Sequence[tuple[int, Finding]], edits: Sequence[Edit], source: Source, report: Report
) -> _State | str:
    """The new state, in which each finding is one that was there before; or what is wrong with it."""
    fixed = {index for index, _ in chosen}
    kept = [(index, old) for index, old in enumerate(state.report.findings) if index not in fixed]
    places = {index: _moved(state.source, old, edits) for index, old in (*kept, *chosen)}
    reasons: list[str | None] = [None] * len(report.findings)
    unmatched = dict.fromkeys(range(len(report.findings)))  # in order
    lost: list[tuple[int, Finding]] = []
    for index, old in kept:
        match = _find(old, places[index], source, report, unmatched)
        if match is None:
            lost.append((index, old))
        else:
            del unmatched[match]
            reasons[match] = state.reasons[index]
    if any(_find(old, places[index], source, report, unmatched) is not None for index, old in chosen):
        return "the finding would still be there after its fix"
    for index, old in lost:  # a fix may carry code to another place
        match = next((each for each in unmatched if report.findings[each].code == old.code), None)
        if match is not None:
            del unmatched[match]
            reasons[match] = state.reasons[index]
    if unmatched:
        new = report.findings[min(unmatched)]
        return f"its fix would lead to another finding: {new.code} on line {new.line}"
    return _State(source, report, tuple(reasons))


def _moved(source: Source, finding: Finding, edits: Sequence[Edit]) -> tuple[int, int]:
    """The range of offsets at which a finding can begin after edits; more than one where an edit touches its start."""
    start = source.line_starts[finding.line - 1] + finding.column - 1
    low = high = start
    touched = False
    for edit in edits:
        if edit.end < start:
            low += len(edit.text) - (edit.end - edit.start)
            high = low
        elif edit.start <= start:
            if not touched:
                low += edit.start - start
            high += len(edit.text) - (min(edit.end, start) - edit.start)
            touched = True
    return low, high


def _find(old: Finding, place: tuple[int, int], source: Source, report: Report, among: Iterable[int]) -> int | None:
    """The first new finding that can be the old one: the same code at its place."""
    for index in among:
        new = report.findings[index]
        start = source.line_starts[new.line - 1] + new.column - 1
        if new.code == old.code and place[0] <= start <= place[1]:
            return index
    return None


def _misplaced(edits: Sequence[Edit], length: int) -> str:
    """What is wrong with the edits of one fix by themselves; empty if nothing."""
    if any(not 0 <= edit.start <= edit.end <= length for edit in edits):
        return "its fix reaches outside of the file"
    if any(one.end > other.start for one, other in pairwise(edits)):
        return "its fix changes the same text twice"
    return ""


def _compiles(tree: ast.Module) -> bool:
    """Whether Python accepts a tree; nothing is executed. Parsing alone lets a repeated keyword through."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "<fix>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _skipped(state: _State, unsafe: bool) -> list[tuple[Finding, str]]:
    skipped = []
    for finding, reason in zip(state.report.findings, state.reasons, strict=True):
        if reason is not None:
            skipped.append((finding, reason))
        elif finding.fix is not None and not _wanted(finding.fix, unsafe):
            skipped.append((finding, "its fix is unsafe; --unsafe-fixes applies it"))
        elif finding.withheld:
            skipped.append((finding, finding.withheld))
    return skipped
