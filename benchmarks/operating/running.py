"""One process an operation: torch may crash or hang on what it is given."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import multiprocessing.connection
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import torch

from benchmarks.operating import extras, samples
from benchmarks.operating.calls import Call
from benchmarks.operating.comparing import Tally, compare, foreseen, run
from benchmarks.operating.draws import draws
from benchmarks.operating.measured import Row

SECONDS = 240  # for one operation
CHUNK = 12  # operations that one process compares, if it lives so long
FEW = 50  # samples, below which not all dtypes are worth making samples for
MAX_TRIES = 12  # for each random call that torch accepts
MAX_TEMPLATES = 400


def names() -> dict[str, str]:
    """Everything that is compared, and its kind."""
    found = dict.fromkeys(sorted(samples.operations()), "operation")
    found.update(dict.fromkeys(sorted(samples.modules()), "module"))
    found.update({name: "other" for name in sorted(extras.CALLS) if name not in found})
    return found


def calls(name: str, kind: str, few: bool = False) -> list[Call]:
    """The calls that torch's databases, or the table of further ones, have for a name; `few`: of few dtypes."""
    if kind == "operation":
        dtypes: Sequence[torch.dtype] = samples.DTYPES
        if few:
            dtypes = (dtypes[0], *random.Random(name).sample(dtypes[1:], 2))
        return [*samples.of_operation(name, dtypes), *extras.CALLS.get(name, ())]
    return [*(samples.of_module(name) if kind == "module" else ()), *extras.CALLS.get(name, ())]


@dataclass(frozen=True)
class Amount:
    """How much is compared of each operation: at most `samples`, and `draws` random calls drawn with `seed`."""

    samples: int
    draws: int
    seed: str


def tally(name: str, kind: str, amount: Amount) -> Row:
    """Compare one operation on its samples, chosen at random where there are too many, and on random calls."""
    torch.set_num_threads(1)
    given = calls(name, kind, few=amount.samples < FEW)
    choose = random.Random(f"{amount.seed} {name}")
    chosen = given if len(given) <= amount.samples else choose.sample(given, amount.samples)
    sampled, drawn = Tally(), Tally()
    compare(chosen, sampled)
    if kind == "operation":
        foreseen(samples.errors_of_operation(name), sampled)
    templates = given if len(given) <= MAX_TEMPLATES else choose.sample(given, MAX_TEMPLATES)
    compare(_accepted(templates, f"{amount.seed} {name}", amount.draws), drawn, random=True)
    rules = [rule for rule, _ in (sampled.rules + drawn.rules).most_common() if not rule.startswith("py.")]
    wrong = [*sampled.wrong, *drawn.wrong]
    return Row(
        name, kind, dict(sorted(sampled.counts.items())), dict(sorted(drawn.counts.items())), sorted(rules), wrong
    )


def _accepted(templates: Sequence[Call], seed: str, count: int) -> Iterator[Call]:
    """Random calls until torch has run `count` of them, or refused too many."""
    accepted = 0
    for call in itertools.islice(draws(templates, seed), count * MAX_TRIES):
        try:
            accepted += run(call, "") is not None
        except Exception:  # what has no text, or can't even be made
            continue
        yield call
        if accepted >= count:
            return


def _child(connection: Connection, chunk: Sequence[tuple[str, str]], amount: Amount, unsafe: set[str]) -> None:
    for name, kind in chunk:
        given = replace(amount, draws=0) if name in unsafe else amount
        connection.send(tally(name, kind, given))
    connection.close()


@dataclass
class _Worker:
    """A process, what it has still to do, and when it must have done the next of it."""

    process: Any
    connection: Connection
    chunk: list[tuple[str, str]]
    end: float


def run_all(wanted: Sequence[str], amount: Amount, jobs: int, show: Callable[[Row], None]) -> list[Row]:
    """Compare everything, or what is named; `show` gets each row when it is there, the list is in the order of `names`."""
    kinds = {name: kind for name, kind in names().items() if not wanted or name in wanted}
    gc.collect()
    gc.freeze()  # so that a child need not copy what it only reads
    context: Any = multiprocessing.get_context("fork")
    waiting, workers, found = list(kinds.items()), list[_Worker](), dict[str, Row]()
    unsafe: set[str] = set()  # what ended its process, and is compared once more without random calls

    def add(row: Row) -> None:
        found[row.name] = row
        show(row)

    while waiting or workers:
        while waiting and len(workers) < jobs:
            ours, theirs = context.Pipe(duplex=False)
            chunk = waiting[:CHUNK]
            process = context.Process(target=_child, args=(theirs, chunk, amount, unsafe), daemon=True)
            process.start()
            theirs.close()
            workers.append(_Worker(process, ours, chunk, time.monotonic() + SECONDS))
            del waiting[:CHUNK]
        multiprocessing.connection.wait([worker.connection for worker in workers], 1.0)
        for worker in list(workers):
            try:
                while worker.connection.poll():
                    add(worker.connection.recv())
                    worker.chunk.pop(0)
                    worker.end = time.monotonic() + SECONDS
            except EOFError:
                worker.end = 0
            if worker.chunk and time.monotonic() < worker.end:
                continue
            if worker.chunk:
                name, kind = worker.chunk[0]
                worker.process.join(1.0)
                code = worker.process.exitcode
                worker.process.kill()
                if name in unsafe:
                    add(Row(name, kind, {}, {}, [], failed="took too long" if code is None else f"ended with {code}"))
                    worker.chunk.pop(0)
                unsafe.add(name)
                waiting[:0] = worker.chunk
            worker.process.join()
            workers.remove(worker)
    return [found[name] for name in kinds]
