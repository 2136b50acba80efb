"""Precision: true / (true + false + pointless), and how well two readers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.ledger.entries import Entry


@dataclass(frozen=True, slots=True)
class Row:
    """Verdicts on one kind of finding."""

    name: str
    true: int
    false: int
    pointless: int

    @property
    def judged(self) -> int:
        """How many findings have a verdict."""
        return self.true + self.false + self.pointless

    @property
    def precision(self) -> str:
        """The share of true ones in percent; a dash where there is none."""
        return f"{100 * self.true / self.judged:.1f}%" if self.judged else "-"


def rows(entries: Iterable[Entry], kind: Callable[[Entry], str]) -> tuple[Row, ...]:
    """One row for each kind, sorted by name."""
    counts = Counter((kind(entry), entry.verdict) for entry in entries)
    names = sorted({name for name, _ in counts})
    return tuple(Row(name, *(counts[name, verdict] for verdict in ("true", "false", "pointless"))) for name in names)


def precision(entries: Sequence[Entry]) -> tuple[Row, ...]:
    """Rows for each rule, each certainty, and all findings."""
    return (
        *rows(entries, lambda entry: entry.code),
        *rows(entries, lambda entry: entry.certainty),
        *rows(entries, lambda entry: "all"),
    )


def text(table: Iterable[Row]) -> str:
    """Rows for a terminal."""
    head = f"{'':<10}{'judged':>8}{'true':>8}{'false':>8}{'pointless':>11}{'precision':>11}"
    body = (
        f"{row.name:<10}{row.judged:>8}{row.true:>8}{row.false:>8}{row.pointless:>11}{row.precision:>11}"
        for row in table
    )
    return "\n".join([head, *body])
