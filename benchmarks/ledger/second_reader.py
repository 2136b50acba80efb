"""A second reader judges a seeded sample of the findings, and sees code and claim only."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import zip_longest
from pathlib import Path

from benchmarks.ledger.entries import VERDICTS, Entry, LedgerError

READINGS = Path(__file__).parent / "second_reader.tsv"
SIZE = 30
CONTEXT = 25  # lines shown before and after the finding
TASK = """\
Judge each claim after reading the code around it (the whole file if need be). Verdicts:
  true       there is an input or a situation in which the code does what the claim says, and the repair is worth having
  pointless  the claim is right, but a maintainer would rightly leave the code as it is
  false      the claim is wrong
Write benchmarks/ledger/second_reader.tsv: package, path, line, fingerprint, verdict, reason (one line), tab-separated under a
line with these names.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the second reader says of one finding."""

    package: str
    path: str
    line: int
    fingerprint: str
    verdict: str
    reason: str


def sample(entries: Iterable[Entry], seed: str) -> tuple[Entry, ...]:
    """SIZE judged entries, rule by rule in turn, so that frequent rules don't crowd out the others.

    Those of a rule are in the order of a hash of seed and key: the choice hardly changes when the ledger grows.
    """

    def place(entry: Entry) -> bytes:
        return hashlib.sha256("\0".join((seed, *entry.key)).encode()).digest()

    rules: dict[str, list[Entry]] = {}
    for entry in sorted((entry for entry in entries if entry.verdict), key=place):
        rules.setdefault(entry.code, []).append(entry)
    turns = zip_longest(*(rules[code] for code in sorted(rules)))
    return tuple(entry for turn in turns for entry in turn if entry is not None)[:SIZE]


def question(number: int, entry: Entry, message: str, folder: Path) -> str:
    """What the second reader gets to see of one finding."""
    lines = (folder / entry.path).read_bytes().decode("utf-8", "replace").splitlines()
    first = max(0, entry.line - 1 - CONTEXT)
    shown = [
        f"{'>' if index == entry.line else ' '} {index:>5}  {text}"
        for index, text in enumerate(lines[first : entry.line + CONTEXT], start=first + 1)
    ]
    head = f"[{number}] {entry.package} {entry.path}:{entry.line} {entry.code} {entry.fingerprint}"
    return "\n".join(["=" * 100, head, f"claim: {message}", "", *shown, ""])


def read(path: Path = READINGS) -> tuple[Reading, ...]:
    """The second reader's verdicts; none before there are any. Raises LedgerError."""
    if not path.is_file():
        return ()
    readings = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["verdict"] not in VERDICTS:
                raise LedgerError(f"{path.name}: {row['verdict']!r} is no verdict")
            readings.append(Reading(**(row | {"line": int(row["line"])})))  # type: ignore[arg-type]
    return tuple(readings)


def write(readings: Iterable[Reading], path: Path = READINGS) -> None:
    """Write the second reader's verdicts."""
    header = "\t".join(field.name for field in fields(Reading))
    lines = ["\t".join(" ".join(str(value).split()) for value in astuple(reading)) for reading in readings]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the findings that both judged got the same verdict, and which did not."""

    same: int
    differing: tuple[tuple[Entry, Reading], ...]

    @property
    def judged(self) -> int:
        """How many findings both readers judged."""
        return self.same + len(self.differing)

    def __str__(self) -> str:
        return f"{self.same} of {self.judged}" + (f" ({100 * self.same / self.judged:.0f}%)" if self.judged else "")


def agreement(entries: Iterable[Entry], readings: Sequence[Reading]) -> Agreement:
    """Compare the second reader's verdicts with the ledger's."""
    known = {entry.key: entry for entry in entries if entry.verdict}
    pairs = [
        (known[key], reading)
        for reading in readings
        if (key := (reading.package, reading.path, reading.fingerprint)) in known
    ]
    differing = tuple((entry, reading) for entry, reading in pairs if entry.verdict != reading.verdict)
    return Agreement(len(pairs) - len(differing), differing)
