"""docs/operations.md: what the engine knows of each operation, compared with torch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.operating.measured import ASPECTS, Measured, Row

PAGE = Path(__file__).parent.parent.parent / "docs" / "operations.md"
KINDS = {
    "operation": ("Operations", "torch's operator database"),
    "module": ("Modules", "torch's module database"),
    "other": ("Further operations", "neither database"),
}
HEAD = """# Operations

What torchlint knows of each torch operation, and that torch agrees. Written by `python -m benchmarks.operations`; not to
be edited.

Each row compares the engine with torch {torch} on real CPU tensors: on every sample input of torch's own databases of operators
and modules, in every spelling (function, method, in-place, operator), and on random changes of these (0 to 5 axes; sizes
0, 1 and more; permuted, sliced and expanded strides; dtypes; arguments). Measured on {date} with

    {command}

*Calls* are those that torch ran and that could be written down. *Shape*, *strides* and *dtype* say for how many of the
results the answer was known; every known answer was torch's. Strides with an asterisk rest at times on the assumption that a kernel
keeps the default layout, and `-` means that there was nothing to compare. *Errors*: of the inputs that torch's database
expects to be refused, those whose sizes the engine knows not to fit. An operation is *known* when for nine of ten results
sizes, dtype and, where all operands are in the default layout, strides are known. Where the result depends on the
elements, a kernel or a memory format, unknown is the right answer.

{totals}
"""


def _cell(row: Row, aspect: str) -> str:
    share = row.share(aspect)
    if share is None:
        return "-"
    percent = "100%" if share == 1 else f"{min(int(share * 100), 99)}%"
    return percent + "*" * bool(row.count("assumed", [aspect]))


def _errors(row: Row) -> str:
    total = row.samples.get("errors", 0)
    return f"{row.samples.get('errors foreseen', 0)} of {total}" if total else ""


def _lines(rows: Iterable[Row]) -> Iterable[str]:
    yield "| Operation | Known | Calls | Shape | Strides | Dtype | Errors |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        count = row.samples.get("calls", 0) + row.draws.get("calls", 0)
        cells = [f"`{row.name}`", "yes" if row.known() else "", f"{count:,}"]
        cells += [_cell(row, aspect) for aspect in ASPECTS]
        yield f"| {' | '.join([*cells, _errors(row)])} |"


def text(measured: Measured) -> str:
    """The page."""
    totals, parts = [], []
    for kind, (title, where) in KINDS.items():
        rows = [row for row in measured.rows if row.kind == kind]
        known = sum(row.known() for row in rows)
        count = sum(row.samples.get("calls", 0) + row.draws.get("calls", 0) for row in rows)
        wrong = sum(row.count("wrong") for row in rows)
        totals.append(f"| {title} ({where}) | {len(rows)} | {known} | {count:,} | {wrong} |")
        parts += [f"## {title}", "", *_lines(rows), ""]
    table = ["| | Rows | Known | Calls | Wrong |", "| --- | --- | --- | --- | --- |", *totals]
    head = HEAD.format(torch=measured.torch, date=measured.date, command=measured.command, totals="\n".join(table))
    return "\n".join([head, *parts])


def write(measured: Measured, path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(text(measured), "utf-8")
