"""What text gates, caches and work bounds could hide: findings with and without them, and functions that were given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from torchlint import engine
from torchlint.cache import Cache
from torchlint.context import Context
from torchlint.discovery import discover
from torchlint.registry import load
from torchlint.report import Problem, Report
from torchlint.rule import Finding, Group, Rule
from torchlint.run import Job, collect, frozen_heap, run
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

MOST_CUT = 0.01  # the share of functions that the work bound may cut short
_BATCH = 8  # files that a process is given at once


@dataclass(frozen=True, slots=True)
class Complete:
    """What a comparison gave. `cut`, `failed`: functions beyond the work bound, or unknown by an exception.

    `differing`: the files whose findings with text gates, or from the cache, aren't those without.
    """

    files: int
    findings: int
    functions: int
    cut: tuple[str, ...]
    failed: tuple[str, ...]
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """One file without gates: its report and the functions in it."""

    report: Report
    functions: int = 0
    cut: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class _Onlooker(Rule):
    """Finds nothing: it reads from the value graph what became of the functions."""

    code, name, group = "TLX999", "onlooker", Group.ERROR

    def __init__(self) -> None:
        self.seen: tuple[int, tuple[str, ...], tuple[str, ...]] = (0, (), ())

    def check(self, context: Context) -> Iterator[Finding]:
        """Count functions and methods, and name those that were given up."""
        program, path = context.program, context.source.path
        methods = chain.from_iterable(model.methods.values() for model in program.classes)
        functions = {id(one) for one in chain(program.functions, methods)}
        cut = {f"{path}:{one.node.lineno} {one.name}" for one in program.cut}
        failed = {f"{path}:{line} {name}: {type(error).__name__}: {error}" for name, line, error in program.failures}
        self.seen = len(functions), tuple(sorted(cut)), tuple(sorted(failed))
        return iter(())


def compare(folder: Path, scratch: Path, jobs: int) -> Complete:
    """Check the files of a folder three times: as users do, from the cache that this filled, and without text gates.

    `scratch`: an empty folder for the cache.
    """
    settings = Settings(root=str(folder), extend_select=(Group.STRICT.value,))
    rules = load()
    paths = discover([str(folder)], settings).files
    usual = _run(paths, settings, rules, scratch, jobs)
    recalled = _run(paths, settings, rules, scratch, jobs)
    looked = _without_gates(paths, settings, jobs)
    return summary(usual, recalled, looked)


def summary(usual: Iterable[Report], recalled: Iterable[Report], looked: Iterable[_Looked]) -> Complete:
    """Put three checks of the same files together."""
    together = list(zip(usual, recalled, looked, strict=True))
    return Complete(
        files=len(together),
        findings=sum(len(each.report.findings) for _, _, each in together),
        functions=sum(each.functions for _, _, each in together),
        cut=tuple(name for _, _, each in together for name in each.cut),
        failed=tuple(name for _, _, each in together for name in each.failed),
        differing=tuple(each.report.path for one, two, each in together if not one == two == each.report),
    )


def _run(paths: Sequence[str], settings: Settings, rules: tuple[Rule, ...], scratch: Path, jobs: int) -> list[Report]:
    cache = Cache(scratch, settings, rules)
    reports = [outcome.report for outcome in run(paths, Job(settings, rules), jobs=jobs, cache=cache)]
    cache.save()
    return reports


def _without_gates(paths: Sequence[str], settings: Settings, jobs: int) -> Iterable[_Looked]:
    batches = [paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH)]
    with ProcessPoolExecutor(jobs) as executor:
        yield from chain.from_iterable(executor.map(look, batches, repeat(settings)))


def look(paths: Sequence[str], settings: Settings) -> list[_Looked]:
    """Check files with the text gates off."""
    onlooker = _Onlooker()
    rules = (*load(), onlooker)
    found = []
    with frozen_heap():
        for path in paths:
            onlooker.seen = (0, (), ())
            try:
                source = Source.from_bytes(Path(path).read_bytes(), path)
            except SourceError as error:
                problem = Problem(path, error.line, error.column, error.message, "source")
                found.append(_Looked(Report(path, (), (problem,))))
                continue
            report = engine.check(source, settings.for_file(path), rules, gate=False)
            found.append(_Looked(report, *onlooker.seen))
            collect()
    return found
