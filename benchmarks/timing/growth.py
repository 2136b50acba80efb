"""How cost grows: with the length of one file, with the number of files, and what a second process gains."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing.environments import Environment
from benchmarks.timing.processes import Usage, load, median
from benchmarks.timing.results import Growth, Processes
from benchmarks.timing.tools import COLD, LIBCST, TWO, Tool, measure
from benchmarks.timing.trees import Tree, spread

REPEATS = (1, 2, 4, 8, 16)
PARTS = (8, 4, 2, 1)
# Its finding makes every part load LibCST, which takes memory once.
FOUND = "import torch\n\n\ndef f(x):\n    return torch.log(torch.softmax(x, 1))\n"
TYPICAL = 30_000  # bytes of the file that is repeated, as nearly as the package has one


def exponent(sizes: Sequence[float], costs: Sequence[float], idle: float = 0.0) -> float:
    """The power of the size that the cost grows with: the slope of a line through the logarithms, by least squares.

    `idle` is what no size costs. Raises ValueError where a cost isn't more than that.
    """
    xs = [math.log(size) for size in sizes]
    ys = [math.log(cost - idle) for cost in costs]
    return statistics.linear_regression(xs, ys).slope


def by_length(tree: Tree, tools: Mapping[str, Environment], runs: int) -> Growth:
    """The cost of a file of the tree that is written 1 to 16 times below each other."""
    typical = min(tree.paths, key=lambda path: (abs((tree.folder / path).stat().st_size - TYPICAL), path))
    text = (tree.folder / typical).read_bytes().rstrip() + b"\n"
    with TemporaryDirectory(dir=tree.scratch) as name:
        folder = Path(name)
        paths = []
        for times in REPEATS:
            paths.append(f"{times}.py")
            (folder / paths[-1]).write_bytes(text * times)
        repeated = Tree(tree.package, folder, tree.scratch, tuple(paths))
        return _growth("length", typical, repeated, [[path] for path in paths], tools, runs, list(REPEATS))


def by_files(tree: Tree, tools: Mapping[str, Environment], runs: int) -> Growth:
    """The cost of an eighth, a quarter, half and all of a tree's files; the largest, and one with a finding, are in all."""
    others = [path for path in tree.paths if path != tree.largest]
    parts = [sorted([tree.largest, "found.py", *spread(others, len(others) // part)]) for part in PARTS]
    found = tree.folder / "found.py"
    found.write_text(FOUND, encoding="utf-8")
    try:
        sizes = [sum((tree.folder / path).stat().st_size for path in part) for part in parts]
        return _growth("files", tree.package, tree, parts, tools, runs, sizes, [len(part) for part in parts])
    finally:
        found.unlink()


def _growth(
    of: str,
    subject: str,
    tree: Tree,
    parts: Sequence[Sequence[str]],
    tools: Mapping[str, Environment],
    runs: int,
    amounts: Sequence[int],
    sizes: Sequence[int] = (),
) -> Growth:
    """Measure parts in turn, and a part without content."""
    empty = tree.folder / "empty.py"
    empty.write_text("", encoding="utf-8")
    every = [["empty.py"], *parts]
    try:
        cold = _medians(COLD, tree, every, tools, runs)
        floor = _medians(LIBCST, tree, every, tools, runs)
    finally:
        empty.unlink()
    return Growth(
        of=of,
        subject=subject,
        sizes=tuple(sizes or amounts),
        amounts=tuple(amounts),
        cpu=tuple(round(one.cpu, 3) for one in cold[1:]),
        floor=tuple(round(one.cpu, 3) for one in floor[1:]),
        peak=tuple(round(one.peak, 1) for one in cold[1:]),
        idle=round(cold[0].cpu, 3),
        floor_idle=round(floor[0].cpu, 3),
        runs=runs,
        date=date.today().isoformat(),
    )


def _medians(
    tool: Tool, tree: Tree, parts: Sequence[Sequence[str]], tools: Mapping[str, Environment], runs: int
) -> list[Usage]:
    usages: list[list[Usage]] = [[] for _ in parts]
    for _ in range(runs):
        for index, part in enumerate(parts):
            usages[index].append(measure(tool, tools[tool.environment], tree, part))
    return [median(each) for each in usages]


def by_processes(tree: Tree, tools: Mapping[str, Environment], runs: int, cores: int) -> Processes:
    """Wall seconds of one process and of two, in turn."""
    one, two = [], []
    for _ in range(runs):
        one.append(round(measure(COLD, tools[COLD.environment], tree).wall, 2))
        two.append(round(measure(TWO, tools[TWO.environment], tree).wall, 2))
    return Processes(tree.package, len(tree.paths), tuple(one), tuple(two), load(), cores, date.today().isoformat())
