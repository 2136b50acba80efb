"""Many files: a function from a path to an outcome. Few files are handled in this process; many by a pool.

Outcomes come in the order of the paths, whatever the number of processes. A file that can't be read is a problem of that
file: the others are still checked.
"""

from __future__ import annotations

import difflib
import gc
import io
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from torchlint import engine
from torchlint.cache import Cache, content_key
from torchlint.discovery import unreadable
from torchlint.report import Problem, Report
from torchlint.rule import Finding, Rule
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

# Files that are worth the start of one more process.
FILES_A_WORKER = 40


class ExecutorError(Exception):
    """The cluster that was named can't be used. The message is one line."""


class Action(StrEnum):
    """What to do with fixes."""

    CHECK = "check"
    FIX = "fix"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each file; `unsafe` includes unsafe fixes."""

    settings: Settings
    rules: tuple[Rule, ...]
    action: Action = Action.CHECK
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    `source`: the text that the report's positions belong to, when there are findings (after fixes: the repaired text).
    `applied`, `skipped`: fixes made or to be made, and those that can't be with the reason. `diff`: unified, empty
    without Action.DIFF. `key`: of the content that was checked, for the cache; empty where there was none.
    """

    report: Report
    source: Source | None = None
    applied: tuple[Finding, ...] = ()
    skipped: tuple[tuple[Finding, str], ...] = ()
    diff: str = ""
    key: str = ""


def workers(requested: int | None, files: int) -> int:
    """The number of processes to use: `requested`, or by the number of files and CPUs; 1 means this process alone."""
    if requested is not None:
        return max(1, min(requested, files))
    return max(1, min(os.cpu_count() or 1, files // FILES_A_WORKER))


def run(
    paths: Sequence[str], job: Job, *, jobs: int | None = 1, cache: Cache | None = None, executor: str | None = None
) -> Generator[Outcome]:
    """Yield the outcome of each file, in the order of `paths`, as soon as it and all before it are known.

    `jobs`: the number of processes; None decides by the work. `cache`: reports of earlier runs, used and added to.
    `executor`: the address of a cluster that does the work instead. Raises ExecutorError where that can't be used.
    """
    known = {} if cache is None else _recalled(paths, job, cache)
    missing = [path for path in paths if path not in known]
    with closing(_handled(missing, job, workers(jobs, len(missing)), executor)) as handled:
        for path in paths:
            outcome = known.pop(path, None)
            if outcome is None:
                outcome = next(handled)
                if cache is not None and outcome.key and not outcome.applied:
                    cache.keep(outcome.key, outcome.report)
            yield outcome
        next(handled, None)  # lets a pool end in order


def _recalled(paths: Sequence[str], job: Job, cache: Cache) -> dict[str, Outcome]:
    """The outcomes of the files whose content was checked before. Where fixes are wanted: of those without findings."""
    known = {}
    for path in paths:
        settings = job.settings.for_file(path)
        try:
            data = Path(path).read_bytes()
        except OSError:
            continue
        report = cache.report(path, content_key(data, settings))
        if report is None or (job.action is not Action.CHECK and (report.findings or report.problems)):
            continue
        known[path] = Outcome(report, Source.from_bytes(data, path) if report.findings else None)
    return known


def _handled(paths: Sequence[str], job: Job, processes: int, executor: str | None) -> Generator[Outcome]:
    if executor is not None:
        from torchlint.cluster import run_on_cluster

        yield from run_on_cluster(executor, paths, job)
    elif processes == 1:
        with frozen_heap():
            for path in paths:
                yield handle_file(path, job)
                collect()
    else:
        from torchlint.pool import run_in_pool

        yield from run_in_pool(paths, job, processes)


def handle_file(path: str, job: Job) -> Outcome:
    """Read and check one file; with Action.FIX replace it by its repaired text."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return Outcome(Report(path, (), (unreadable(path, error),)))
    outcome, after = handle_bytes(data, path, job)
    return write_back(outcome, data, after, path, job)


def write_back(outcome: Outcome, data: bytes, after: bytes, path: str, job: Job) -> Outcome:
    """Replace a file by its repaired content, with Action.FIX; the outcome says if that can't be done."""
    if job.action is Action.FIX and after != data:
        from torchlint.files import write

        try:
            write(path, after, before=data, root=job.settings.root)
        except OSError as error:
            return _unwritten(data, path, job, error)
    return replace(outcome, key=content_key(data, job.settings.for_file(path)))


def handle_bytes(data: bytes, path: str, job: Job) -> tuple[Outcome, bytes]:
    """Check the content of one file; return its repaired content too (unchanged unless the action is FIX)."""
    settings = job.settings.for_file(path)
    try:
        source = Source.from_bytes(data, path)
    except SourceError as error:
        return Outcome(Report(path, (), (Problem(path, error.line, error.column, error.message, "source"),))), data
    if job.action is Action.CHECK:
        report = engine.check(source, settings, job.rules)
        return Outcome(report, source if report.findings else None), data
    from torchlint.fixing import fix

    result = fix(source, settings, job.rules, unsafe=job.unsafe)
    diff = unified_diff(source, result.source_after) if job.action is Action.DIFF else ""
    shown = result.source_after if result.report.findings else None
    outcome = Outcome(result.report, shown, result.applied, result.skipped, diff)
    return outcome, result.source_after.data if job.action is Action.FIX else data


def unified_diff(before: Source, after: Source) -> str:
    """The difference between two texts of a file, as `diff -u` shows it; empty when they are equal."""
    if before.text == after.text:
        return ""
    lines = difflib.unified_diff(
        _diff_lines(before), _diff_lines(after), f"{before.path}", f"{after.path}", lineterm="\n"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _diff_lines(source: Source) -> list[str]:
    """Lines as diff and patch see them: they end at line feeds only."""
    return io.StringIO(source.text, newline="\n").readlines()


def _unwritten(data: bytes, path: str, job: Job, error: OSError) -> Outcome:
    """The outcome of a file that can't be replaced: its findings stay, and a problem says why."""
    outcome, _ = handle_bytes(data, path, replace(job, action=Action.CHECK))
    problem = Problem(path, 1, 1, f"can't be written, left as it is: {error.strerror or error}", "io")
    return replace(outcome, report=replace(outcome.report, problems=(*outcome.report.problems, problem)))


def collect() -> None:
    """Free what the file at hand left. What survives is kept for good (patterns, tables): no later collection visits it."""
    gc.collect()
    gc.freeze()


@contextmanager
def frozen_heap() -> Iterator[None]:
    """Collect garbage only between files: value graphs are full of cycles, and collecting while they grow finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()
