"""Run a command and ask the system what it cost."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

# The command is started by a small process of its own: a child's peak memory is never less than its parent's was.
_LAUNCHER = """
import json, os, sys, time
nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - start
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss, wall, os.waitstatus_to_exitcode(status)]))
"""
_KIB_A_UNIT = 1 / 1024 if sys.platform == "darwin" else 1  # ru_maxrss is in bytes there


class CommandError(Exception):
    """A command that failed, which says nothing of its speed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command and its children took: user and system CPU seconds, MiB at the peak of one process, wall seconds."""

    cpu: float
    peak: float
    wall: float


def run(command: Sequence[str], folder: Path, accepted: Collection[int] = (0,)) -> Usage:
    """Run a command in a folder, its output thrown away. Raises CommandError unless its exit code is an accepted one."""
    launched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        errors="replace",
    )
    try:
        cpu, peak, wall, code = json.loads(launched.stdout)
    except ValueError:
        raise CommandError(f"{command[0]}: {launched.stderr.strip()[-500:]}") from None
    if code not in accepted:
        raise CommandError(f"{' '.join(command)[:200]}: exit code {code}: {launched.stderr.strip()[-500:]}")
    return Usage(cpu, peak * _KIB_A_UNIT / 1024, wall)


def environment() -> dict[str, str]:
    """The environment without what changes how Python, or a linter, runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TORCHLINT", "RUFF"))}


def median(usages: Sequence[Usage]) -> Usage:
    """The median of each figure on its own."""
    return Usage(
        statistics.median(one.cpu for one in usages),
        statistics.median(one.peak for one in usages),
        statistics.median(one.wall for one in usages),
    )


def load() -> float:
    """How many processes wanted to run in the last minute, on average; a busy machine's figures are too high."""
    return round(os.getloadavg()[0], 1)
