"""The outcome of a comparison: one row an operation, as it is printed, recorded and shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch

MEASURED = Path(__file__).parent / "measured.json"
SOURCES = ("samples", "draws")
KNOWN = 0.9  # of the results of an operation that counts as known
ASPECTS = ("shape", "strides", "dtype")


@dataclass(frozen=True)
class Row:
    """One operation. `samples` and `draws` have the counts of `benchmarks.operating.comparing.Tally`.

    `rules` are the names by which the engine knows what was called. `failed` says why the comparison was cut short.
    """

    name: str
    kind: str  # "operation", "module" or "other"
    samples: dict[str, int]
    draws: dict[str, int]
    rules: list[str]
    wrong: list[str] = field(default_factory=list)
    failed: str = ""

    def count(self, outcome: str, aspects: Sequence[str] = (*ASPECTS, "error", "kind", "view")) -> int:
        """How often that was the outcome, over both sources."""
        return sum(counts.get(f"{aspect} {outcome}", 0) for aspect in aspects for counts in (self.samples, self.draws))

    def share(self, aspect: str) -> float | None:
        """How many of the results had a known answer; None if there was nothing to compare."""
        known = self.count("agreed", [aspect]) + self.count("assumed", [aspect])
        total = known + self.count("unknown", [aspect]) + self.count("wrong", [aspect])
        return known / total if total else None

    def known(self) -> bool:
        """Whether sizes, dtype, and strides of calls with operands in the default layout are known for nine of ten results."""
        shares = [self.share(aspect) for aspect in ("shape", "usual", "dtype")]
        return all(share is None or share >= KNOWN for share in shares) and self.count("agreed") > 0

    def line(self) -> str:
        """The row as text."""
        parts = [f"{self.name:<44}", f"{self.samples.get('calls', 0) + self.draws.get('calls', 0):>6}"]
        for aspect in ASPECTS:
            known, unknown = self.count("agreed", [aspect]), self.count("unknown", [aspect])
            assumed, wrong = self.count("assumed", [aspect]), self.count("wrong", [aspect])
            parts.append(f"{aspect} {known}" + f"+{assumed}" * bool(assumed) + f"/{unknown}/{wrong}")
        others = self.count("wrong", ("error", "kind", "view"))
        return "  ".join([*parts, f"other wrong {others}" * bool(others), self.failed]).rstrip()


@dataclass(frozen=True)
class Measured:
    """A recorded run."""

    date: str
    torch: str
    command: str
    rows: list[Row]


def recorded(rows: Sequence[Row], date: str, command: str) -> Measured:
    """The rows with what they were measured with."""
    return Measured(date, torch.__version__.partition("+")[0], command, list(rows))


def updated(before: Measured, after: Measured) -> Measured:
    """A recorded run with some rows measured again."""
    again = {row.name: row for row in after.rows}
    return replace(after, rows=[again.get(row.name, row) for row in before.rows])


def totals(rows: Sequence[Row]) -> list[str]:
    """What the comparison says in all."""
    lines = []
    for kind in ("operation", "module", "other"):
        chosen = [row for row in rows if row.kind == kind]
        if chosen:
            compared = sum(row.samples.get("calls", 0) + row.draws.get("calls", 0) for row in chosen)
            lines.append(
                f"{len(chosen)} {kind}s: {sum(row.known() for row in chosen)} known, {compared:,} calls compared, "
                f"{sum(row.count('wrong') for row in chosen)} wrong"
            )
    return lines


def read(path: Path = MEASURED) -> Measured:
    """The recorded run."""
    found = json.loads(path.read_text("utf-8"))
    return Measured(**{**found, "rows": [Row(**row) for row in found["rows"]]})


def write(measured: Measured, path: Path = MEASURED) -> None:
    """Record a run, a row a line."""
    head = {name: value for name, value in asdict(measured).items() if name != "rows"}
    rows = ",\n".join("  " + json.dumps(asdict(row)) for row in measured.rows)
    text = json.dumps(head, indent=1).removesuffix("\n}") + ',\n "rows": [\n' + rows + "\n ]\n}\n"
    path.write_text(text, "utf-8")
