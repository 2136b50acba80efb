"""Where output goes: standard output or a file, with or without colour, and a progress bar on long runs."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_PATIENCE = 1.5  # seconds of a run before its progress is shown


def wants_color(choice: str) -> bool:
    """Whether to use colour on standard output: "always", "never", or "auto" (a terminal, and NO_COLOR isn't set)."""
    if choice == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return choice == "always"


def columns() -> int:
    """The width to lay text out for."""
    return shutil.get_terminal_size((120, 40)).columns if sys.stdout.isatty() else 120


def lenient_streams() -> None:
    """Write what the terminal's encoding can't hold as an escape: a strange file name must not end the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def with_progress(items: Iterable[T], total: int, *, show: bool) -> Iterator[T]:
    """Yield the items; when they take long and standard error is a terminal, show there how many have come."""
    if not show or not sys.stderr.isatty():
        yield from items
        return
    start = time.monotonic()
    bar = None
    try:
        for count, item in enumerate(items, 1):
            yield item
            if bar is None and time.monotonic() - start > _PATIENCE and count < total:
                bar = _Bar(total)
            if bar is not None:
                bar.update(count)
    finally:
        if bar is not None:
            bar.close()


class _Bar:
    """rich's progress bar, drawn without its refresh thread: processes may still be forked."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        layout = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*layout, console=Console(stderr=True), auto_refresh=False, transient=True)
        self._task = self._progress.add_task("check", total=total)
        self._drawn = 0.0
        self._progress.start()

    def update(self, count: int) -> None:
        """Show that `count` items are done, at most ten times a second."""
        self._progress.update(self._task, completed=count)
        if time.monotonic() - self._drawn > 0.1:
            self._progress.refresh()
            self._drawn = time.monotonic()

    def close(self) -> None:
        """Remove the bar."""
        self._progress.stop()
