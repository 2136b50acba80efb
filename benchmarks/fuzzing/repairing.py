"""Applies every fix to real files, in memory: they still compile, only reported places change, and once is enough."""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

from torchlint.fixing import FixResult, fix
from torchlint.rule import Rule
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

# Lines that a fix may add anywhere above: an import that it needs.
_IMPORT = re.compile(r"\s*(import|from) [\w.]+")


@dataclass(slots=True)
class Repairs:
    """What became of the files. The lists name files, and say what is wrong with their repair."""

    files: int = 0
    changed: int = 0
    applied: int = 0
    broken: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every repair is what it should be."""
        return not (self.broken or self.elsewhere or self.unsettled)

    def lines(self) -> list[str]:
        """The result for a reader."""
        return [
            f"{self.files:,} files, {self.changed:,} changed by {self.applied:,} fixes: {len(self.broken)} don't compile, "
            f"{len(self.elsewhere)} changed elsewhere, {len(self.unsettled)} changed by a second run",
            *(f"  {one}" for one in (*self.broken, *self.elsewhere, *self.unsettled)),
        ]


def repair(repairs: Repairs, name: str, data: bytes, rules: Sequence[Rule]) -> None:
    """Fix one file with unsafe fixes too, and add what is wrong to the list."""
    repairs.files += 1
    settings = Settings(root="/")
    try:
        source = Source.from_bytes(data, name)
    except SourceError:
        return
    result = fix(source, settings, rules, unsafe=True)
    if not result.applied:
        if result.source_after.data != data:
            repairs.elsewhere.append(f"{name}: changed without a fix")
        return
    repairs.changed += 1
    repairs.applied += len(result.applied)
    if _compiles(data) and not _compiles(result.source_after.data):
        repairs.broken.append(name)
    for line in strayed(source.text, result):
        repairs.elsewhere.append(f"{name}:{line}")
    again = fix(Source.from_bytes(result.source_after.data, name), settings, rules, unsafe=True)
    if again.source_after.data != result.source_after.data:
        repairs.unsettled.append(f"{name}: {', '.join(f'{one.code} line {one.line}' for one in again.applied)}")


def strayed(before: str, result: FixResult) -> list[int]:
    """The lines of the old text that differ in the new one, and that no applied finding speaks of.

    A finding speaks of its own lines and of those of its evidence. Positions of findings that later rounds fixed are those
    of the text between, so that a line counts as spoken of where an import moved it.
    """
    old, new = before.splitlines(), result.source_after.text.splitlines()
    spoken: set[int] = set()
    for finding in result.applied:
        spoken.update(range(finding.line, finding.end_line + 1))
        for step in finding.because:
            spoken.update(range(step.line, getattr(step, "end_line", step.line) + 1))
    moved = len(new) - len(old)
    reach = {line + shift for line in spoken for shift in range(min(0, -moved), max(0, -moved) + 1)} | spoken
    found = []
    for kind, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "insert" and all(_IMPORT.match(line) for line in new[start:end])):
            continue
        # What is inserted stands behind a line or before one; what is changed are the lines themselves.
        touched = range(first, first + 2) if kind == "insert" else range(first + 1, last + 1)
        apart = [line for line in touched if line not in reach]
        if len(apart) == len(touched) or (apart and kind != "insert"):
            found.append(apart[0])
    return found


def _compiles(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<file>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
