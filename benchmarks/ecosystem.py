"""Lint pinned packages and compare what torchlint finds with a ledger of judged findings.

    python -m benchmarks.ecosystem --cache DIR

prints the precision per rule, per certainty and over all, what was gained and lost against the ledger
(benchmarks/ledger/findings.tsv), and what it cost. It fails while a finding has no verdict.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.ledger import entries, figures, measured, packages, page, second_reader
from benchmarks.ledger.archives import ArchiveError
from benchmarks.ledger.lint import Found, LintError, Run, Size, lint, size, source_line

UNJUDGED, FAILED = 1, 2


@dataclass(frozen=True, slots=True)
class Linted:
    """A package, where its files are, and what torchlint finds in them."""

    package: packages.Package
    folder: Path
    run: Run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if every finding has a verdict, 1 if one has none, 2 if something could not be done."""
    options = _parser().parse_args(arguments)
    try:
        if options.page:
            return _write_page()
        known = entries.read(options.ledger)
        pinned = packages.load(options.pins)
        chosen = _chosen(pinned, options)
        if options.second_reader is not None:
            return _ask(known, chosen, options)
        linted = [_lint(package, options.cache) for package in chosen]
    except (packages.FetchError, ArchiveError, LintError, entries.LedgerError) as error:
        print(f"ecosystem: {error}", file=sys.stderr)
        return FAILED
    names = {package.name for package in chosen}
    comparison = entries.compare(
        [_entry(each, found) for each in linted for found in each.run.findings],
        [entry for entry in known if entry.package in names],
    )
    total = size(each.folder for each in linted)
    _report(linted, comparison, total)
    if options.update:
        others = [entry for entry in known if entry.package not in names]
        entries.write([*comparison.present, *others], options.ledger)
        if chosen == pinned and options.pins == packages.PINS:
            measured.write(_measured(linted, total))
    return UNJUDGED if comparison.unjudged else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ecosystem", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path(".ecosystem"), help="where wheels and sources are kept")
    parser.add_argument("--sample", action="store_true", help="only the small packages that every test run can afford")
    parser.add_argument("--package", action="append", metavar="NAME", help="only this package; may be repeated")
    parser.add_argument("--pins", type=Path, default=packages.PINS, help="the packages (default: %(default)s)")
    parser.add_argument("--ledger", type=Path, default=entries.LEDGER, help="the verdicts (default: %(default)s)")
    parser.add_argument("--update", action="store_true", help="write the ledger: new findings get an empty verdict")
    parser.add_argument("--page", action="store_true", help="write the tables of docs/ecosystem.md, without linting")
    parser.add_argument(
        "--second-reader", metavar="SEED", help=f"print code and claim of {second_reader.SIZE} findings to judge anew"
    )
    return parser


def _chosen(pinned: tuple[packages.Package, ...], options: argparse.Namespace) -> tuple[packages.Package, ...]:
    if unknown := sorted(set(options.package or ()) - {package.name for package in pinned}):
        raise packages.FetchError(f"not pinned: {', '.join(unknown)}")
    return tuple(
        package
        for package in pinned
        if (package.sample or not options.sample) and (not options.package or package.name in options.package)
    )


def _lint(package: packages.Package, cache: Path) -> Linted:
    folder = packages.fetch(package, cache)
    print(f"linting {package.name} {package.version}", file=sys.stderr)
    return Linted(package, folder, lint(folder))


def _entry(linted: Linted, found: Found) -> entries.Entry:
    """A finding as an entry that nobody has judged."""
    quote = source_line(linted.folder, found)
    return entries.Entry(
        package=linted.package.name,
        path=found.path,
        line=found.line,
        code=found.code,
        certainty=found.certainty,
        fingerprint=found.fingerprint,
        verdict="",
        quote=quote,
        damage="",
        reason="",
    )


def _report(linted: Sequence[Linted], comparison: entries.Comparison, total: Size) -> None:
    for title, group in (
        ("gained", comparison.gained),
        ("lost", comparison.lost),
        ("without a verdict", comparison.unjudged),
    ):
        print(f"{len(group)} {title}" + ":" * bool(group))
        for entry in group:
            print(f"  {entry.package} {entry.path}:{entry.line} {entry.code} {entry.verdict} {entry.quote}")
    print()
    print(figures.text(figures.precision(comparison.present)))
    agreement = second_reader.agreement(comparison.present, second_reader.read())
    print(f"\nsecond reader: the same verdict on {agreement}")
    for entry, reading in agreement.differing:
        print(f"  {entry.package} {entry.path}:{entry.line} {entry.code} {entry.verdict} / {reading.verdict}")
    seconds = sum(each.run.seconds for each in linted)
    problems = [f"{each.package.name} {problem}" for each in linted for problem in each.run.problems]
    print(
        f"{len(linted)} packages, {total.files:,} files, {total.lines:,} lines (each text once), "
        f"{len(problems)} problems, {seconds:.1f} CPU seconds"
    )
    for problem in problems:
        print(f"  {problem}")


def _measured(linted: Sequence[Linted], total: Size) -> measured.Measured:
    return measured.Measured(
        date=date.today().isoformat(),
        torchlint=version("torchlint"),
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}",
        files=total.files,
        lines=total.lines,
        seconds=round(sum(each.run.seconds for each in linted), 1),
        problems=sum(len(each.run.problems) for each in linted),
        packages={each.package.name: size([each.folder]).lines for each in linted},
    )


def _ask(known: Sequence[entries.Entry], chosen: Sequence[packages.Package], options: argparse.Namespace) -> int:
    """Print what the second reader gets to see: code and claim, and no verdict."""
    names = {package.name for package in chosen}
    drawn = second_reader.sample((entry for entry in known if entry.package in names), options.second_reader)
    linted = {
        package.name: _lint(package, options.cache)
        for package in chosen
        if any(entry.package == package.name for entry in drawn)
    }
    claims = {
        (name, found.path, found.fingerprint): found.message
        for name, each in linted.items()
        for found in each.run.findings
    }
    print(second_reader.TASK)
    for number, entry in enumerate(drawn, start=1):
        claim = claims.get(entry.key, "(no longer reported)")
        print(second_reader.question(number, entry, claim, linted[entry.package].folder))
    return 0


def _write_page() -> int:
    known = entries.read()
    agreement = second_reader.agreement(known, second_reader.read())
    contents = page.parts(packages.load(), known, measured.read(), agreement)
    text = page.replaced(page.PAGE.read_text(encoding="utf-8"), contents)
    page.PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
