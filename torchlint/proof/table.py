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
    return row.code, row.program, row.before, "not proved" if row.failures else row.after, difference


def terminal(report: ProofReport) -> Table:
    """The table for rich's console."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*HEADINGS)
    for row in report.rows:
        style = "red" if row.failures else ""
        code, name, *rest = cells(row)
        table.add_row(
            *(Text(cell.replace("`", ""), style) for cell in (code, f"pair {name}" if row.pair else name, *rest))
        )
    return table


def markdown(report: ProofReport) -> str:
    """The page docs/proof.md: a table of the programs and one of the rewrite pairs."""
    programs = [cells(row) for row in report.rows if not row.pair]
    pairs = [cells(row) for row in report.rows if row.pair]
    lines = [
        "# What the examples prove",
        "",
        "Written by `torchlint prove --write docs/proof.md`, which executes every program in `examples/` before and after",
        "its fix. The largest difference is that of everything that must stay equal: results, gradients, state_dict.",
        "",
        *_table(HEADINGS, programs),
    ]
    if pairs:
        lines += [
            "",
            "## Rewrite pairs",
            "",
            "Rules that replace one formula by another hold both as torch functions. Both are executed as well, on inputs",
            "on which the first one breaks, and on others, where values and gradients must be equal.",
            "",
            *_table((HEADINGS[0], "Pair", *HEADINGS[2:]), pairs),
        ]
    return "\n".join(lines) + "\n"


def without_numbers(text: str) -> str:
    """The text with measured numbers blanked: they may differ a little between machines and versions of torch."""
    return re.sub(r"(?<![\w.])\d[\d.]*(?:e[+-]?\d+)?(?![\w.])", "#", text)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (headings, ("---",) * len(headings), *escaped)]
