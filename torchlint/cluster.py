"""Many files over the machines of a Dask cluster, for repositories that outgrow one machine.

This process reads and writes all files; workers get contents and give back outcomes, so they need no common disk. They
need the same torchlint and Python as this process, which is checked first.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from torchlint import __version__
from torchlint.discovery import unreadable
from torchlint.registry import load
from torchlint.report import Report
from torchlint.rule import Rule
from torchlint.run import Action, ExecutorError, Job, Outcome, handle_bytes, write_back
from torchlint.settings import Settings

SCHEME = "dask://"
_CHUNK = 16  # files a task
_TASKS_A_THREAD = 4  # handed out at a time, so that contents of few files are in memory at once
_SECONDS_TO_CONNECT = 10

Content = tuple[str, bytes | OSError]


def run_on_cluster(address: str, paths: Sequence[str], job: Job) -> Generator[Outcome]:
    """Yield the outcome of each file, in the order of `paths`. `address`: "dask://HOST:PORT".

    Raises ExecutorError where `distributed` isn't installed, nobody answers, or the workers have another torchlint.
    """
    client = _connect(address)
    try:
        threads = _check(client)
        pending: deque[tuple[list[Content], Future[list[tuple[Outcome, bytes]]]]] = deque()
        with client.get_executor(pure=False) as executor:
            for chunk in _chunks(paths):
                settings = [_resolved(path, job) for path, _ in chunk]
                pending.append((chunk, executor.submit(_handle, chunk, settings, job.action.value, job.unsafe)))
                if len(pending) >= threads * _TASKS_A_THREAD:
                    yield from _finished(*pending.popleft(), job)
            while pending:
                yield from _finished(*pending.popleft(), job)
    finally:
        client.close()


def _connect(address: str) -> Any:
    place = address.removeprefix(SCHEME)
    if not address.startswith(SCHEME) or not place:
        raise ExecutorError(f"unknown executor {address!r}: it is written dask://HOST:PORT")
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError("the executor needs Dask: pip install 'torchlint[dask]'") from None
    try:
        return Client(f"tcp://{place}", timeout=_SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise ExecutorError(f"no Dask scheduler answers at {place}: {' '.join(str(error).split())}") from None


def _check(client: Any) -> int:
    """The number of threads of all workers. Raises ExecutorError where there is none, or one can't give the same."""
    threads = sum(client.nthreads().values())
    if not threads:
        raise ExecutorError("the Dask cluster has no workers")
    try:
        versions = client.run(installed)
    except Exception as error:
        raise ExecutorError(f"the workers can't run torchlint: {type(error).__name__}: {error}") from None
    for worker, found in sorted(versions.items()):
        if found != installed():
            raise ExecutorError(f"the worker {worker} has {found}, not {installed()}")
    return int(threads)


def installed() -> str:
    """What has to be the same on all machines."""
    codes = " ".join(rule.code for rule in _rules())
    return f"torchlint {__version__} ({codes}) on Python {sys.version_info.major}.{sys.version_info.minor}"


@cache
def _rules() -> tuple[Rule, ...]:
    return load()


def _chunks(paths: Sequence[str]) -> Iterator[list[Content]]:
    for start in range(0, len(paths), _CHUNK):
        chunk: list[Content] = []
        for path in paths[start : start + _CHUNK]:
            try:
                chunk.append((path, Path(path).read_bytes()))
            except OSError as error:
                chunk.append((path, error))
        yield chunk


def _resolved(path: str, job: Job) -> Settings:
    """The settings for one file. Patterns are relative to this process's directories: the worker gets what they say."""
    return replace(job.settings.for_file(path), per_file_ignores=())


def _handle(chunk: list[Content], settings: list[Settings], action: str, unsafe: bool) -> list[tuple[Outcome, bytes]]:
    """The work of one task, on a worker: outcomes and repaired contents. It reads and writes nothing.

    Only torchlint's own values travel: the worker finds the rules by itself, as its scheduler doesn't know them.
    """
    handled = []
    for (path, data), each in zip(chunk, settings, strict=True):
        if isinstance(data, OSError):
            handled.append((Outcome(Report(path, (), (unreadable(path, data),))), b""))
        else:
            handled.append(handle_bytes(data, path, Job(each, _rules(), Action(action), unsafe)))
    return handled


def _finished(chunk: list[Content], future: Future[list[tuple[Outcome, bytes]]], job: Job) -> Iterator[Outcome]:
    for (path, data), (outcome, after) in zip(chunk, future.result(), strict=True):
        yield outcome if isinstance(data, OSError) else write_back(outcome, data, after, path, job)
