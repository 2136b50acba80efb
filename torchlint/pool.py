"""Many files over a pool of processes. A worker that dies takes no other file down with the one that killed it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType

from torchlint.report import Problem, Report
from torchlint.run import Job, Outcome, collect, handle_file


def run_in_pool(paths: Sequence[str], job: Job, processes: int) -> Iterator[Outcome]:
    """Yield the outcome of each file, in the order of `paths`."""
    size = max(1, min(16, len(paths) // (processes * 4)))
    chunks = [tuple(paths[start : start + size]) for start in range(0, len(paths), size)]
    with _pool(processes) as pool:
        for chunk, future in [(chunk, _submit(pool, chunk, job)) for chunk in chunks]:
            try:
                outcomes = None if future is None else future.result()
            except BrokenProcessPool:
                outcomes = None
            yield from _one_by_one(chunk, job) if outcomes is None else outcomes


def _submit(pool: Executor, chunk: Sequence[str], job: Job) -> Future[list[Outcome]] | None:
    """Hand files to the pool; None when it is broken already."""
    try:
        return pool.submit(_handle, chunk, job)
    except BrokenProcessPool:
        return None


def _one_by_one(paths: Sequence[str], job: Job) -> Iterator[Outcome]:
    """The outcomes of files that a broken pool lost, each in a process of its own."""
    for path in paths:
        with _pool(1) as pool:
            try:
                yield from pool.submit(_handle, (path,), job).result()
            except BrokenProcessPool:
                problem = Problem(path, 1, 1, "the process that checked this file ended unexpectedly", "rule")
                yield Outcome(Report(path, (), (problem,)))


@contextmanager
def _pool(processes: int) -> Iterator[Executor]:
    """A pool whose processes end at once, with what they were doing, when the work is interrupted."""
    others = set(multiprocessing.active_children())
    with _interrupted_once():
        pool = ProcessPoolExecutor(processes, initializer=_start_worker)
        try:
            yield pool
        except BaseException:
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()


@contextmanager
def _interrupted_once() -> Iterator[None]:
    """Take the first interrupt and ignore those that follow, so that none of them cuts the cleaning up short."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _start_worker() -> None:
    gc.disable()
    gc.freeze()
    # Ctrl-C reaches the whole process group. Only the first process acts on it: a worker that died of it could hold a
    # queue's lock, and the others would wait for it for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(1)  # not a plain exit: a file being written is given up by its own cleaning up


def _end_with_parent() -> None:
    """End this worker when the first process is gone, whatever ended it: nobody would take the results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _handle(paths: Sequence[str], job: Job) -> list[Outcome]:
    outcomes = []
    usual = signal.signal(signal.SIGTERM, _end)
    try:
        for path in paths:
            outcomes.append(handle_file(path, job))
            collect()
    except SystemExit:
        os._exit(1)  # the executor would take it for the result of this work, and go on with the next
    finally:
        signal.signal(signal.SIGTERM, usual)
    return outcomes
