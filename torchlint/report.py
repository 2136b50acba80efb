"""What checking one file gives: its findings, and the problems that kept parts of it from being checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torchlint.rule import Finding


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not a finding but must be said. Lines and columns start at 1.

    `kind`: "source" (the text cannot be read or parsed), "rule" (a rule raised), "io" (a file cannot be read or
    written).
    """

    path: str
    line: int
    column: int
    message: str
    kind: Literal["source", "rule", "io"]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one file; findings are sorted by line, column and code."""

    path: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
