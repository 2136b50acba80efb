"""Many files over a pool of processes. A worker that dies takes no other file down with the one that killed it."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from torchlint.report import Problem, Report
from torchlint.run import Job, Outcome, collect, handle_file


def run_in_pool(paths: Sequence[str], job: Job, processes: int) -> Iterator[Outcome]:
    """Yield the outcome of each file, in the order of `paths`."""
    size = max(1, min(16, len(paths) // (processes * 4)))
    chunks = [tuple(paths[start : start + size]) for start in range(0, len(paths), size)]
    with ProcessPoolExecutor(processes, initializer=_start_worker) as pool:
        try:
            for chunk, future in [(chunk, _submit(pool, chunk, job)) for chunk in chunks]:
                try:
                    outcomes = None if future is None else future.result()
                except BrokenProcessPool:
                    outcomes = None
                yield from _one_by_one(chunk, job) if outcomes is None else outcomes
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _submit(pool: Executor, chunk: Sequence[str], job: Job) -> Future[list[Outcome]] | None:
    """Hand files to the pool; None when it is broken already."""
    try:
        return pool.submit(_handle, chunk, job)
    except BrokenProcessPool:
        return None


def _one_by_one(paths: Sequence[str], job: Job) -> Iterator[Outcome]:
    """The outcomes of files that a broken pool lost, each in a process of its own."""
    for path in paths:
        with ProcessPoolExecutor(1, initializer=_start_worker) as pool:
            try:
                yield from pool.submit(_handle, (path,), job).result()
            except BrokenProcessPool:
                problem = Problem(path, 1, 1, "the process that checked this file ended unexpectedly", "rule")
                yield Outcome(Report(path, (), (problem,)))


def _start_worker() -> None:
    gc.disable()
    gc.freeze()


def _handle(paths: Sequence[str], job: Job) -> list[Outcome]:
    outcomes = []
    for path in paths:
        outcomes.append(handle_file(path, job))
        collect()
    return outcomes
