"""Text that is safe to show: what a linted file contains is displayed, never obeyed by a terminal."""

from __future__ import annotations

import unicodedata

from torchlint.report import Problem
from torchlint.rule import Finding

# Characters that reorder the text around them on display (Unicode's explicit bidirectional controls).
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(text: str, tab: str = "    ") -> str:
    """Return text with tabs replaced by `tab` and with every character that controls the display written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character, tab) for character in text)


def width(text: str) -> int:
    """The number of terminal cells that text takes which `shown` returned."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def one_line(finding: Finding) -> str:
    """A finding's message with its evidence, in one line."""
    evidence = "; ".join(f"line {each.line}: {each.text}" for each in finding.because)
    return shown(f"{finding.message} ({evidence})" if evidence else finding.message, " ")


def problem_line(problem: Problem) -> str:
    """A problem in one line, for standard error."""
    return shown(f"{problem.path}:{problem.line}:{problem.column}: {problem.message}", " ")


def _visible(character: str, tab: str) -> str:
    if character == "\t":
        return tab
    # Control characters, lone surrogates (undecodable bytes of a file name), line separators.
    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _BIDI:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
