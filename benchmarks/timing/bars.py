"""What torchlint must reach, and whether the measured figures do."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.timing import tools
from benchmarks.timing.completeness import MOST_CUT
from benchmarks.timing.growth import exponent
from benchmarks.timing.results import Growth, Results

COLD, GOAL = 0.6, 0.35  # of libcst.parse_module's CPU time
PLAIN = 0.03  # of flake8's CPU time
UNCHANGED, REPOSITORY = 0.35, 310  # CPU seconds, and the number of files up to which they are asked for
ABOVE = 60.0  # MiB above what libcst.parse_module needs for the largest file
FLAT = 1.1  # how much more memory all files may need than the smallest part of them
LINEAR = 1.1  # the power of the size that cost may grow with
PROCESSES = 1.7


@dataclass(frozen=True, slots=True)
class Bar:
    """One demand: what is measured, the bound, what was measured, and whether that is within the bound."""

    name: str
    bound: str
    measured: str
    met: bool


def bars(results: Results) -> Iterator[Bar]:
    """All demands that something was measured for."""
    yield from _packages(results)
    for plain in results.plain:
        share = plain.plugin / plain.flake8
        name = f"the plugin on {plain.files} files of {plain.package} without a rule's ingredient, to flake8's own CPU time"
        yield Bar(name, f"at most {PLAIN:.0%}", f"{share:.1%}, and {plain.start:.2f} s to start", share <= PLAIN)
    for growth in results.growth:
        yield from _growth(growth)
    for processes in results.processes:
        gain = speedup(processes.one, processes.two)
        name = f"two processes on {processes.package} ({processes.files} files), wall time"
        yield Bar(name, f"at least {PROCESSES}×", f"{gain:.2f}×", gain >= PROCESSES)
    yield from _complete(results)


def speedup(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """How many times faster two processes are: the median over the pairs of runs, which shared the machine's state."""
    return statistics.median(first / second for first, second in zip(one, two, strict=True))


def powers(growth: Growth) -> tuple[float, float]:
    """The power that torchlint's cost grows with, and libcst.parse_module's."""
    return (
        exponent(growth.amounts, growth.cpu, growth.idle),
        exponent(growth.amounts, growth.floor, growth.floor_idle),
    )


def _packages(results: Results) -> Iterator[Bar]:
    for package in dict.fromkeys(row.package for row in results.rows):
        cold, floor = results.row(package, tools.COLD.name), results.row(package, tools.LIBCST.name)
        if cold and floor:
            share = cold.cpu / floor.cpu
            name = f"{package}: CPU time to libcst.parse_module's"
            yield Bar(name, f"at most {COLD} (goal {GOAL})", f"{share:.3f}", share <= COLD)
        largest = results.row(package, tools.LARGEST.name)
        if cold and largest:
            above = cold.peak - largest.peak
            name = f"{package}: peak memory above libcst.parse_module's for the largest file"
            yield Bar(name, f"at most {ABOVE:.0f} MiB", f"{above:.0f} MiB", above <= ABOVE)
        warm = results.row(package, tools.WARM.name)
        if warm and warm.files <= REPOSITORY:
            name = f"{package}: CPU time where none of {warm.files} files has changed"
            yield Bar(name, f"at most {UNCHANGED} s", f"{warm.cpu:.2f} s", warm.cpu <= UNCHANGED)


def _growth(growth: Growth) -> Iterator[Bar]:
    power, floor = powers(growth)
    what = f"the length of {growth.subject}" if growth.of == "length" else f"the size of parts of {growth.subject}"
    yield Bar(
        f"CPU time grows with {what} to the power of",
        f"at most {LINEAR}",
        f"{power:.2f} (libcst.parse_module {floor:.2f})",
        power <= LINEAR,
    )
    if growth.of == "files":
        ratio = growth.peak[-1] / growth.peak[0]
        name = f"peak memory for {growth.sizes[-1]} files of {growth.subject}, to that for {growth.sizes[0]}"
        yield Bar(name, f"at most {FLAT}", f"{ratio:.2f}", ratio <= FLAT)


def _complete(results: Results) -> Iterator[Bar]:
    if not results.complete:
        return
    files = sum(one.files for one in results.complete)
    functions = sum(one.functions for one in results.complete)
    cut, failed = sum(one.cut for one in results.complete), sum(one.failed for one in results.complete)
    differing = sum(one.differing for one in results.complete)
    among = f"{files:,} files of {len(results.complete)} packages"
    yield Bar(f"files among {among} with other findings when nothing is skipped", "none", str(differing), not differing)
    share = cut / functions if functions else 0.0
    yield Bar(
        f"functions cut short by the bound on work, of {functions:,}",
        f"at most {MOST_CUT:.0%}",
        f"{cut} ({share:.2%})",
        share <= MOST_CUT,
    )
    yield Bar("functions unknown because of an exception", "none", str(failed), not failed)
