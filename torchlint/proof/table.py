"""The proof's table, for people: on a terminal and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torchlint.proof.prove import ProofReport, Row

if TYPE_CHECKING:
    from rich.table import Table

HEADINGS = ("Rule", "Program", "Wrong before", "Right after", "Largest difference")


def cells(row: Row) -> tuple[str, str, str, str, str]:
    """The texts of one row, in the order of HEADINGS."""
    difference = "" if row.difference is None else f"{row.difference:.1e}" if row.difference else "0"
    if row.failures:
        return row.code, row.program, row.before, "not proved", difference
    return row.code, row.program, row.before, row.after, difference


def terminal(report: ProofReport) -> Table:
    """The table for rich's console."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*HEADINGS)
    for row in report.rows:
        style = "red" if row.failures else ""
        table.add_row(*(Text(cell.replace("`", ""), style) for cell in cells(row)))
    return table


def markdown(report: ProofReport) -> str:
    """The table as a Markdown page: docs/proof.md."""
    lines = [
        "# What the examples prove",
        "",
        "Written by `torchlint prove --write docs/proof.md`, which executes every program in `examples/` before and after",
        "its fix. The largest difference is that of everything that must stay equal: results, gradients, state_dict.",
        "",
        *_rows([HEADINGS, ("---",) * len(HEADINGS)]),
        *_rows([tuple(cell.replace("|", "\\|") for cell in cells(row)) for row in report.rows]),
    ]
    return "\n".join(lines) + "\n"


def without_numbers(text: str) -> str:
    """The text with measured numbers blanked: they may differ a little between machines and versions of torch."""
    return re.sub(r"(?<![\w.])\d[\d.]*(?:e[+-]?\d+)?(?![\w.])", "#", text)


def _rows(rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in rows]
