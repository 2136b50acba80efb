"""`# noqa`, with exactly the meaning that flake8 gives it.

flake8 looks for the comment in the physical line of a finding, or in all the lines that a multi-line string, brackets or a
backslash join to it; without codes it silences everything there, with codes whatever starts with one of them (in the case
that was typed). A line that begins with `# flake8: noqa` silences the file. The patterns and the joining of lines follow
flake8 7 (`flake8.defaults`, `flake8.processor.FileProcessor._noqa_line_mapping`), which isn't imported here: it costs more
time than reading a file.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable

_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]")


def silences_file(text: str) -> bool:
    """Whether a `# flake8: noqa` line excludes the whole file."""
    if "flake8" not in text.lower():
        return False
    return any(_FILE.match(line) for line in _lines(text))


def silencer(text: str) -> Callable[[int, str], bool]:
    """Return a function `(line, code) -> bool` that says whether a comment in `text` silences this code on this line."""
    if not _INLINE.search(text):
        return lambda line, code: False
    lines = _lines(text)
    joined = _joined(lines)

    def silenced(line: int, code: str) -> bool:
        physical = joined.get(line)
        if physical is None:
            physical = lines[line - 1] if 0 < line <= len(lines) else ""
        match = _INLINE.search(physical)
        if match is None:
            return False
        if match["codes"] is None:
            return True
        return code.startswith(tuple(part for part in _SEPARATOR.split(match["codes"]) if part))

    return silenced


def _lines(text: str) -> list[str]:
    """The lines as flake8 reads them: every line end becomes a line feed."""
    return io.StringIO(text, newline=None).readlines()


def _joined(lines: list[str]) -> dict[int, str]:
    """For each line number the text in which flake8 looks for the comment; empty if the text has no tokens."""
    rest = iter(lines)
    try:
        tokens = list(tokenize.generate_tokens(lambda: next(rest)))
    except (tokenize.TokenError, SyntaxError):
        return {}
    joined: dict[int, str] = {}
    first, last = len(lines) + 2, -1
    for token in tokens:
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        first, last = min(first, token.start[0]), max(last, token.end[0])
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            joined.update(dict.fromkeys(range(first, last + 1), "".join(lines[first - 1 : last])))
            first, last = len(lines) + 2, -1
    return joined
