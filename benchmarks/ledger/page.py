"""The generated parts of docs/ecosystem.md, each between two marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.ledger.entries import Entry
from benchmarks.ledger.figures import Row, precision, rows
from benchmarks.ledger.measured import Measured
from benchmarks.ledger.packages import Package
from benchmarks.ledger.second_reader import Agreement

PAGE = Path(__file__).parent.parent.parent / "docs" / "ecosystem.md"
UNMEASURED = 10  # rules with fewer findings say nothing about their precision
MANY = 4  # places of one kind that are all named


def parts(
    packages: Sequence[Package], entries: Sequence[Entry], measured: Measured, agreement: Agreement
) -> dict[str, str]:
    """The text of each part by its name."""
    return {
        "precision": _precision(precision(entries)),
        "run": _run(measured, packages),
        "packages": _packages(packages, entries, measured),
        "second reader": _agreement(agreement),
        "false": _verdicts(entries, "false"),
        "pointless": _verdicts(entries, "pointless"),
    }


def replaced(text: str, contents: dict[str, str]) -> str:
    """The page with every part replaced. Raises ValueError if it has no place for one."""
    for name, content in contents.items():
        begin, end = f"<!-- {name}: generated -->", f"<!-- {name}: end -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"the page has no place for {name!r}")
        text = f"{before}{begin}\n{content}\n{end}{after}"
    return text


def _table(head: str, body: Iterable[Sequence[object]]) -> str:
    columns = head.split(", ")
    lines = [columns, ["---"] * len(columns), *body]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _precision(table: Iterable[Row]) -> str:
    def cells(row: Row) -> tuple[object, ...]:
        few = row.name.startswith("TL") and row.judged < UNMEASURED
        return row.name, row.judged, row.true, row.false, row.pointless, row.precision + " (few)" * few

    return _table("Findings, Judged, True, False, Pointless, Precision", map(cells, table))


def _run(measured: Measured, packages: Sequence[Package]) -> str:
    training = sum(bool(package.training) for package in packages)
    return (
        f"{len(packages)} packages, {training} of them with training scripts or research programs; {measured.lines:,} lines\n"
        f"in {measured.files:,} files, each text counted once; {measured.problems} could not be read, or met a rule that failed. Linted on\n"
        f"{measured.date} by torchlint {measured.torchlint} under Python {measured.python} ({measured.machine}) in "
        f"{measured.seconds:.0f} CPU seconds."
    )


def _packages(packages: Sequence[Package], entries: Sequence[Entry], measured: Measured) -> str:
    found = {row.name: row for row in rows(entries, lambda entry: entry.package)}
    body = []
    for package in packages:
        row = found.get(package.name, Row(package.name, 0, 0, 0))
        lines = measured.packages.get(package.name, 0)
        kinds = Counter(entry.code for entry in entries if entry.package == package.name)
        rules = ", ".join(f"{code} {count}" for code, count in sorted(kinds.items()))
        script = f"`{package.training}`" if package.training else ""
        body.append(
            (f"{package.name} {package.version}", f"{lines:,}", row.true, row.false, row.pointless, rules, script)
        )
    return _table("Package, Lines, True, False, Pointless, By rule, One of its training scripts", body)


def _agreement(agreement: Agreement) -> str:
    if not agreement.judged:
        return "Nobody has read the sample yet."
    if not agreement.differing:
        return f"Both readers gave the same verdict on {agreement}."
    body = [
        (f"{entry.package} {entry.path}:{entry.line}", entry.code, entry.verdict, reading.verdict, reading.reason)
        for entry, reading in agreement.differing
    ]
    table = _table("Finding, Rule, Ledger, Second reader, The second reader's reason", body)
    return f"Both readers gave the same verdict on {agreement}. They differ on:\n\n{table}"


def _verdicts(entries: Iterable[Entry], verdict: str) -> str:
    """The findings with one verdict, those of one reason in one package together."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for entry in entries:
        if entry.verdict == verdict:
            places.setdefault((entry.package, entry.code, entry.reason), []).append(f"{entry.path}:{entry.line}")
    body = [(code, package, _named(where), reason) for (package, code, reason), where in places.items()]
    return _table("Rule, Package, Places, Why", sorted(body)) if body else "None."


def _named(places: Sequence[str]) -> str:
    """Places, the first ones only if they are many: the ledger has them all."""
    shown = places if len(places) <= MANY else places[: MANY - 2]
    more = len(places) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
