"""For people: the lines around each finding, what led to it, and what can be done. Colour through rich, if wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from torchlint.reporters import Page
from torchlint.reporters.text import shown, width
from torchlint.rule import Finding, Safety, Severity
from torchlint.run import Outcome
from torchlint.source import Source

# A piece of text and the name of its style; styles are rich's.
Piece = tuple[str, str]

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_FRAME = "blue"
_DOTS = "..."
_MARGIN = 20  # characters of a long line to show in front of what is marked


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """What is drawn under a line: from column `start` to before `stop`, with a note."""

    line: int
    start: int
    stop: int
    note: str
    sign: str


def render(outcomes: Sequence[Outcome], page: Page) -> Iterator[str]:
    """Yield one block of lines a finding."""
    for outcome in outcomes:
        if outcome.source is None:
            continue
        for finding in outcome.report.findings:
            pieces = list(block(finding, outcome.source, page.width))
            yield colored(pieces) if page.color else "".join(text for text, _ in pieces)


def colored(pieces: Sequence[Piece]) -> str:
    """Return the pieces with terminal escapes for their styles."""
    from rich.console import Console
    from rich.text import Text

    console = Console(force_terminal=True, color_system="standard", soft_wrap=True, highlight=False, width=10_000)
    with console.capture() as capture:
        for text, style in pieces:
            console.print(Text(text, style=style), end="")
    return capture.get()


def block(finding: Finding, source: Source, columns: int) -> Iterator[Piece]:
    """Yield the pieces of one finding: headline, place, source frame, fix."""
    style = _STYLES[finding.severity]
    yield f"{finding.severity}[{finding.code}]", style
    yield f": {shown(finding.message, ' ')}\n", "bold"
    gutter = len(str(max(finding.line, *(each.line for each in finding.because), 1)))
    yield f"{' ' * gutter}--> ", _FRAME
    yield f"{shown(source.path)}:{finding.line}:{finding.column}\n", ""
    yield from _frame(finding, source, gutter, max(40, columns - gutter - 3))
    for label, text in _advice(finding):
        yield f"{' ' * gutter} = ", _FRAME
        yield f"{label}: ", "bold"
        yield f"{shown(text, ' ')}\n", ""
    yield "\n", ""


def _advice(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.fix is not None:
        yield "fix" if finding.fix.safety is Safety.SAFE else "unsafe fix", finding.fix.title
    elif finding.withheld:
        yield "no fix", finding.withheld


def _frame(finding: Finding, source: Source, gutter: int, columns: int) -> Iterator[Piece]:
    """The marked lines: that of the finding and those of its evidence, in the order of the file."""
    end = finding.end_column if finding.end_line == finding.line else len(source.line(finding.line)) + 1
    place = finding.line, finding.column
    here = "; ".join(each.text for each in finding.because if (each.line, each.column) == place)
    others = {each for each in finding.because if (each.line, each.column) != place}
    marks = [_Mark(*place, max(end, finding.column + 1), here, "^")]
    marks += [_Mark(each.line, each.column, each.column + 1, each.text, "-") for each in others]
    yield f"{' ' * gutter} |\n", _FRAME
    previous = 0
    for number, group in groupby(sorted(marks), key=lambda mark: mark.line):
        if previous and number > previous + 1:
            yield f"{'.' * max(3, gutter)}\n", _FRAME
        previous = number
        line, on_line = source.line(number), list(group)
        skip = _skip(line, on_line[0].start, columns)
        text = shown(line[skip:])
        yield f"{number:>{gutter}} | ", _FRAME
        yield f"{_DOTS * bool(skip)}{text[:columns]}{_DOTS * (len(text) > columns)}\n", ""
        for mark in on_line:
            before = width(shown(line[skip : mark.start - 1])) + len(_DOTS) * bool(skip)
            under = min(width(shown(line[mark.start - 1 : mark.stop - 1])), max(1, columns - before))
            yield f"{' ' * gutter} | ", _FRAME
            marked = mark.sign * (max(1, under) if mark.sign == "^" else 1)
            style = _STYLES[finding.severity] if mark.sign == "^" else _FRAME
            yield f"{' ' * before}{marked}{' ' * bool(mark.note)}{shown(mark.note, ' ')}\n", style


def _skip(line: str, start: int, columns: int) -> int:
    """How many characters of a long line to leave out at its beginning, so that column `start` can be seen."""
    return max(0, start - 1 - _MARGIN) if width(shown(line[:start])) + _MARGIN > columns else 0
