"""Measure what torchlint costs, beside other linters and the parsers that none can do without.

    python -m benchmarks.speed --cache DIR

runs everything on pinned packages (some hours on one core: TorchFix and torch-preflight take most of it), prints the tables
and says which demands are missed. Times are CPU seconds, user and system, of all processes; memory is that of
the largest process. With --json the figures are added to a file, each in place of an older one of the same;
`--page` then writes docs/benchmarks.md and the README's chart from the committed file, and measures nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ledger import packages
from benchmarks.ledger.archives import ArchiveError
from benchmarks.timing import bars, floors, growth, page, results, tools
from benchmarks.timing.environments import ROOT, Environment, InstallError, prepare
from benchmarks.timing.processes import CommandError, Usage, environment, load, median
from benchmarks.timing.trees import Changing, Tree, copied, python_files, spread
from torchlint.engine import gated
from torchlint.registry import load as load_rules
from torchlint.settings import Settings

# From small to large; the first is also the one whose growth is measured, the last the one for two processes.
PACKAGES = ("timm", "torchvision", "diffusers", "transformers")
WITHOUT_TORCH = "django"
PARTS = ("table", "plain", "length", "files", "processes")
MISSED, FAILED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if all demands are met, 1 if one is missed, 2 if something could not be measured."""
    options = _parser().parse_args(arguments)
    if options.page:
        page.write(results.read())
        return 0
    try:
        with TemporaryDirectory() as scratch:
            measured = _measure(options, options.json or Path(scratch) / "measured.json")
    except (packages.FetchError, ArchiveError, InstallError, CommandError) as error:
        print(f"speed: {error}", file=sys.stderr)
        return FAILED
    print(page.text(measured))
    return MISSED if any(not bar.met for bar in bars.bars(measured)) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--cache", type=Path, default=Path(".ecosystem"), help="where wheels, sources and tools are kept"
    )
    parser.add_argument("--package", action="append", metavar="NAME", help="only this package; may be repeated")
    parser.add_argument("--files", type=int, metavar="N", help="only N files of each package, at even distances")
    parser.add_argument("--runs", type=int, default=5, help="runs that a median is taken of (default: %(default)s)")
    parser.add_argument(
        "--tools", metavar="NAMES", help="only these tools, or parts of their names, separated by commas"
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add the figures to those in this file")
    parser.add_argument(
        "--page", action="store_true", help="write the page from the committed figures, measure nothing"
    )
    return parser


def _measure(options: argparse.Namespace, record: Path) -> results.Results:
    """Measure what was asked for, and record each figure as soon as it is known."""
    chosen = _tools(options.tools)
    parts = options.part or PARTS
    pinned = _pinned(options.package)
    if not chosen or not pinned:
        raise packages.FetchError("no such tool or package")
    needed = {tool.environment for tool in chosen} | {"torchlint", "flake8"}
    environments = {name: prepare(name, options.cache) for name in sorted(needed)}
    with_torch = [package for package in pinned if package.name != WITHOUT_TORCH]
    measured = results.update(record, _machine())
    for package in pinned:
        folder = packages.fetch(package, options.cache)
        paths = spread(python_files(folder), options.files)
        with copied(f"{package.name} {package.version}", folder, paths, options.cache) as tree:
            if "table" in parts:
                measured = results.update(record, rows=_rows(tree, chosen, environments, options.runs))
            if "plain" in parts and package.name == WITHOUT_TORCH:
                measured = results.update(record, plain=[_plain(tree, environments, options.runs)])
            if "length" in parts and package in with_torch[:1]:
                measured = results.update(record, growth=[growth.by_length(tree, environments, options.runs)])
            if "files" in parts and package in with_torch[:1]:
                measured = results.update(record, growth=[growth.by_files(tree, environments, options.runs)])
            if "processes" in parts and package in with_torch[-1:]:
                timed = growth.by_processes(tree, environments, options.runs, os.cpu_count() or 1)
                measured = results.update(record, processes=[timed])
    return measured


def _tools(names: str | None) -> list[tools.Tool]:
    """The tools with these names, or all."""
    wanted = [name.strip() for name in names.split(",")] if names else [""]
    return [tool for tool in tools.TOOLS if any(name in tool.name for name in wanted)]


def _pinned(names: Sequence[str] | None) -> list[packages.Package]:
    """The packages with these names, or all, in the order in which they are measured."""
    known = {
        one.name: one for one in (*packages.load(), *packages.load(Path(floors.__file__).with_name("packages.toml")))
    }
    if unknown := sorted(set(names or ()) - known.keys()):
        raise packages.FetchError(f"not pinned: {', '.join(unknown)}")
    return [known[name] for name in names or (*PACKAGES, WITHOUT_TORCH)]


def _rows(
    tree: Tree, chosen: Sequence[tools.Tool], environments: Mapping[str, Environment], runs: int
) -> list[results.Row]:
    """Run all tools in turn, as often as asked for: a machine that gets busy slows all of them."""
    for tool in chosen:
        tools.prime(tool, environments[tool.environment], tree)
    usages: dict[str, list[Usage]] = {tool.name: [] for tool in chosen}
    changing = Changing(tree)
    for number in range(runs):
        for tool in chosen:
            print(f"{tree.package}: {tool.name}, run {number + 1} of {runs}", file=sys.stderr, flush=True)
            if tool.changed:
                changing.change()
            usages[tool.name].append(tools.measure(tool, environments[tool.environment], tree))
            changing.restore()
    return [_row(tree, tool, environments[tool.environment], usages[tool.name]) for tool in chosen]


def _row(tree: Tree, tool: tools.Tool, environment: Environment, usages: Sequence[Usage]) -> results.Row:
    usage = median(usages)
    paths = [tree.largest] if tool.largest else tree.paths
    return results.Row(
        package=tree.package,
        tool=tool.name,
        version=environment.versions.get(tool.version, platform.python_version()),
        files=len(paths),
        bytes=sum((tree.folder / path).stat().st_size for path in paths),
        runs=len(usages),
        cpu=round(usage.cpu, 3),
        peak=round(usage.peak, 1),
        wall=round(usage.wall, 2),
        load=load(),
        date=date.today().isoformat(),
    )


def _plain(tree: Tree, environments: Mapping[str, Environment], runs: int) -> results.Plain:
    """What the plugin adds to flake8 where no file holds a word that a rule needs.

    It is measured inside of one process, because it is less than what two runs of flake8 differ by.
    """
    rules, settings = load_rules(), Settings()
    paths = [path for path in tree.paths if not gated(_text(tree.folder / path), settings, rules)]
    flake8, starts, plugin = [], [], []
    python = environments["torchlint"].program("python")
    for _ in range(runs):
        flake8.append(tools.measure(tools.FLAKE8, environments["flake8"], tree, paths).cpu)
        command = [python, floors.__file__, "plugin", tree.listed(paths)]
        done = subprocess.run(command, cwd=tree.folder, env=environment(), capture_output=True, text=True)
        if done.returncode:
            raise CommandError(done.stderr.strip()[-500:])
        start, rest = map(float, done.stdout.split())
        starts.append(start)
        plugin.append(rest)
    return results.Plain(
        package=tree.package,
        files=len(paths),
        flake8=round(statistics.median(flake8), 3),
        start=round(statistics.median(starts), 3),
        plugin=round(statistics.median(plugin), 3),
        runs=runs,
        date=date.today().isoformat(),
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _machine() -> results.Machine:
    names = [
        line.partition(":")[2].strip()
        for line in (Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else [])
        if line.startswith("model name")
    ]
    return results.Machine(
        system=f"{platform.system()} {platform.machine()}",
        processor=names[0] if names else platform.processor(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        revision=_revision(),
    )


def _revision() -> str:
    """The commit that was measured; empty outside of a repository."""
    done = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if not done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
