"""Campaigns that try to make torchlint fail: a crash, a hang, a damaged file. What they gave stands in docs/robustness.md.

    python -m benchmarks.fuzz files FOLDER ...     every Python file, as it is and with torch planted, text gates off
    python -m benchmarks.fuzz programs FOLDER ...  mutated pieces of torch files, and programs that hypothesmith makes up
    python -m benchmarks.fuzz fixes FOLDER ...     every fix: the result compiles, stays in its place, and is final
    python -m benchmarks.fuzz writes               full disks, read-only files, and signals while files are replaced

It ends with 1 if anything happened that must not. `--seconds` stops a campaign early and says how far it came.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.fuzzing import mutating, repairing, running, writing
from benchmarks.fuzzing.planting import HEADER, planted
from torchlint.registry import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one campaign."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("campaign", choices=("files", "programs", "fixes", "writes"))
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--count", type=int, default=50_000, help="inputs, or trials of writes")
    parser.add_argument("--made-up", type=int, default=0, metavar="N", help="of the programs: made up by hypothesmith")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    parser.add_argument("--part", default="1/1", metavar="I/N", help="every N-th file, from the I-th on")
    options = parser.parse_args(arguments)
    end = time.monotonic() + options.seconds
    run = {"files": _files, "programs": _programs, "fixes": _fixes, "writes": _writes}[options.campaign]
    return run(options, end)


def python_files(options: argparse.Namespace) -> list[Path]:
    """The Python files of the folders, or of the part that is asked for."""
    first, step = map(int, options.part.split("/"))
    every = [path for folder in options.folders for path in sorted(folder.rglob("*.py")) if path.is_file()]
    return every[first - 1 :: step]


def _until(end: float, paths: Sequence[Path]) -> Iterator[Path]:
    for number, path in enumerate(paths):
        if time.monotonic() > end:
            print(f"stopped: {number:,} of {len(paths):,} files done")
            return
        yield path


def _files(options: argparse.Namespace, end: float) -> int:
    rules, plain, changed = load(), running.Tally(), running.Tally()
    for path in _until(end, python_files(options)):
        data = path.read_bytes()
        running.run(plain, str(path), data, rules)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        running.run(changed, f"{path} (planted)", planted(text, f"{options.seed} {path.name}"), rules)
    print("as they are:", *plain.lines(), sep="\n")
    print("with torch planted:", *changed.lines(), sep="\n")
    return int(not (plain.good and changed.good))


def _programs(options: argparse.Namespace, end: float) -> int:
    rules, tally = load(), running.Tally()
    draw = random.Random(options.seed)
    pieces = mutating.pieces(python_files(options))
    for number in range(options.count - options.made_up if pieces else 0):
        if time.monotonic() > end:
            print(f"stopped after {number:,} inputs")
            break
        text = mutating.mutated(draw.choice(pieces), draw)
        running.run(tally, f"mutant {number} of seed {options.seed}", text, rules, twice=True)
    if options.made_up:
        for number, text in enumerate(made_up(options.made_up, end)):
            text = planted(text, f"{number}")
            running.run(
                tally, f"program {number} of hypothesmith: {text.removeprefix(HEADER)!r}", text, rules, twice=True
            )
    print(*tally.lines(), sep="\n")
    return int(not tally.good)


def made_up(count: int, end: float = float("inf")) -> list[str]:
    """Programs of Python's grammar, by hypothesmith; the same in every run."""
    import hypothesmith
    from hypothesis import HealthCheck, Phase, given, settings

    found: list[str] = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(hypothesmith.from_grammar())
    def collect(text: str) -> None:
        if time.monotonic() < end:
            found.append(text)

    collect()
    return found


def _fixes(options: argparse.Namespace, end: float) -> int:
    rules, repairs = load(), repairing.Repairs()
    for path in _until(end, python_files(options)):
        repairing.repair(repairs, str(path), path.read_bytes(), rules)
    print(*repairs.lines(), sep="\n")
    return int(not repairs.good)


def _writes(options: argparse.Namespace, end: float) -> int:
    draw = random.Random(options.seed)
    outcomes = []
    for number in range(options.count):
        if time.monotonic() > end:
            print(f"stopped after {number} trials")
            break
        outcomes.append(writing.trial(draw))
    print(*writing.lines(outcomes), sep="\n")
    return int(any(one.wrong for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
