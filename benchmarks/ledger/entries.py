"""The ledger: one line a finding, tab-separated, with the verdict of somebody who read the code."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

LEDGER = Path(__file__).parent / "findings.tsv"
VERDICTS = ("true", "false", "pointless")


class LedgerError(Exception):
    """A ledger that says less than it has to, or something else."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding and what became of it.

    `verdict` is one of VERDICTS, or empty as long as nobody has judged. `code` is the rule, `quote` the source line.
    `damage` names the input or situation that shows what a true finding says; `reason` is one line for any verdict.
    The line number is for people: the fingerprint identifies the finding in its file.
    """

    package: str
    path: str
    line: int
    code: str
    certainty: str
    fingerprint: str
    verdict: str
    quote: str
    damage: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the finding."""
        return self.package, self.path, self.fingerprint


def read(path: Path = LEDGER) -> tuple[Entry, ...]:
    """The entries of a ledger. Raises LedgerError with the line that is wrong."""
    entries = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            if None in row or None in row.values():
                raise LedgerError(f"{path.name}:{number}: wrong number of columns")
            entry = Entry(**(row | {"line": int(row["line"])}))  # type: ignore[arg-type]
            if wrong := _wrong(entry):
                raise LedgerError(f"{path.name}:{number}: {wrong}")
            entries.append(entry)
    if len({entry.key for entry in entries}) < len(entries):
        raise LedgerError(f"{path.name}: a finding stands there twice")
    return tuple(entries)


def _wrong(entry: Entry) -> str:
    if entry.verdict not in ("", *VERDICTS):
        return f"{entry.verdict!r} is no verdict"
    if entry.verdict and not entry.reason:
        return "a verdict needs a reason"
    if entry.verdict == "true" and not entry.damage:
        return "a true finding needs an input that shows the damage"
    return ""


def write(entries: Iterable[Entry], path: Path = LEDGER) -> None:
    """Write a ledger, sorted by package, path and line."""
    rows = sorted(
        entries, key=lambda entry: (entry.package.lower(), entry.path, entry.line, entry.code, entry.fingerprint)
    )
    header = "\t".join(field.name for field in fields(Entry))
    lines = ["\t".join(" ".join(str(value).split()) for value in astuple(entry)) for entry in rows]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside the ledger: the entries of what was found, as the run has it, and the difference of both."""

    present: tuple[Entry, ...]
    gained: tuple[Entry, ...]
    lost: tuple[Entry, ...]

    @property
    def unjudged(self) -> tuple[Entry, ...]:
        """The findings that nobody has judged, gained ones among them."""
        return tuple(entry for entry in self.present if not entry.verdict)


def compare(found: Iterable[Entry], known: Iterable[Entry]) -> Comparison:
    """Give each finding of a run the verdict that the ledger has for it."""
    old = {entry.key: entry for entry in known}
    present, gained = [], []
    for entry in found:
        judged = old.pop(entry.key, None)
        if judged is None:
            gained.append(entry)
            present.append(entry)
        else:
            present.append(replace(entry, verdict=judged.verdict, damage=judged.damage, reason=judged.reason))
    return Comparison(tuple(present), tuple(gained), tuple(old.values()))
