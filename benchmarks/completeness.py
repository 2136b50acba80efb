"""Checks that speed isn't bought by blindness.

    python -m benchmarks.completeness --cache DIR

lints the pinned packages with text gates and a cache, from that cache, and without either. The findings, their evidence and
their fixes must be equal; at most 1% of the functions may be cut short by the bound on work, and none may be unknown
because of an exception. It fails otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.ledger import packages
from benchmarks.timing import results
from benchmarks.timing.completeness import MOST_CUT, Complete, compare


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if nothing is hidden."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.completeness", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--cache", type=Path, default=Path(".ecosystem"), help="where wheels and sources are kept")
    parser.add_argument("--package", action="append", metavar="NAME", help="only this package; may be repeated")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="number of processes (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add the figures to those in this file")
    options = parser.parse_args(arguments)
    pinned = packages.load()
    chosen = [one for one in pinned if not options.package or one.name in options.package]
    if unknown := sorted(set(options.package or ()) - {one.name for one in pinned}):
        sys.exit(f"not pinned: {', '.join(unknown)}")
    compared = []
    for package in chosen:
        folder = packages.fetch(package, options.cache)
        with tempfile.TemporaryDirectory(prefix="torchlint-cache-") as scratch:
            found = compare(folder, Path(scratch), options.jobs)
        print(line(package.name, found), flush=True)
        compared.append(found)
        if options.json:
            results.update(options.json, complete=[results.Completeness.of(package.name, found)])
    total = Complete(
        files=sum(one.files for one in compared),
        findings=sum(one.findings for one in compared),
        functions=sum(one.functions for one in compared),
        cut=tuple(name for one in compared for name in one.cut),
        failed=tuple(name for one in compared for name in one.failed),
        differing=tuple(name for one in compared for name in one.differing),
    )
    print(line("all", total))
    for title, names in (("differs", total.differing), ("unknown", total.failed), ("cut short", total.cut)):
        for name in names:
            print(f"{title}: {name}")
    hidden = total.differing or total.failed or len(total.cut) > MOST_CUT * total.functions
    return 1 if hidden else 0


def line(name: str, found: Complete) -> str:
    """One line about a comparison."""
    return (
        f"{name}: {found.files} files, {found.findings} findings, {len(found.differing)} files that differ, "
        f"{len(found.cut)} of {found.functions} functions cut short, {len(found.failed)} unknown by an exception"
    )


if __name__ == "__main__":
    sys.exit(main())
