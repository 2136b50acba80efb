"""Runs the engine on inputs without its text gates, and keeps what must not happen: errors, hangs, two answers."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from torchlint import engine
from torchlint.report import Report
from torchlint.rule import Rule
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

SLOW = 2.0  # CPU seconds that a file may take
HANG = 30.0  # CPU seconds after which it is given up


class Hang(BaseException):
    """An input took HANG CPU seconds. No handler of the engine's errors catches it."""


@dataclass(slots=True)
class Tally:
    """What a campaign met. `errors`, `slow` and `unequal` name the input, and say what happened."""

    inputs: int = 0
    unparsed: int = 0
    findings: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing happened that must not."""
        return not (self.errors or self.slow or self.unequal)

    def lines(self) -> Iterator[str]:
        """The result for a reader."""
        yield (
            f"{self.inputs:,} inputs, {self.unparsed:,} that aren't Python, {self.findings:,} findings, "
            f"{self.seconds:,.0f} CPU seconds: {len(self.errors)} errors, {len(self.slow)} over {SLOW:g} s, "
            f"{len(self.unequal)} with two answers"
        )
        yield from (f"  {one}" for one in (*self.errors, *self.slow, *self.unequal))


def run(tally: Tally, name: str, data: bytes | str, rules: Sequence[Rule], *, twice: bool = False) -> None:
    """Check one input, an internal error raised at once, and add what happened to the tally."""
    tally.inputs += 1
    begin = time.process_time()
    try:
        with _strictly(), _limited():
            report = _check(data, name, rules)
            again = _check(data, name, rules) if twice else report
    except SourceError:
        tally.unparsed += 1
        return
    except Hang:
        tally.slow.append(f"{name}: given up after {HANG:g} s")
        return
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        tally.errors.append(f"{name}: {type(error).__name__}: {error} ({place.filename}:{place.lineno})"[:400])
        return
    seconds = (time.process_time() - begin) / (2 if twice else 1)
    tally.seconds += seconds
    tally.findings += len(report.findings)
    tally.unparsed += any(problem.kind == "source" for problem in report.problems)
    if seconds > SLOW:
        tally.slow.append(f"{name}: {seconds:.1f} s")
    if again != report:
        tally.unequal.append(name)


def _check(data: bytes | str, name: str, rules: Sequence[Rule]) -> Report:
    source = Source.from_text(data, name) if isinstance(data, str) else Source.from_bytes(data, name)
    return engine.check(source, Settings(root="/"), rules, noqa=False, gate=False)


@contextmanager
def _strictly() -> Iterator[None]:
    before = os.environ.get("TORCHLINT_STRICT")
    os.environ["TORCHLINT_STRICT"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["TORCHLINT_STRICT"]
        else:
            os.environ["TORCHLINT_STRICT"] = before


@contextmanager
def _limited() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
