"""Trials of `torchlint check --fix` under bad luck: a disk that fills up, a file that can't be written, a signal.

Whatever happens, each file is the old one or the new one, and no other file is left. The full disk is a small tmpfs where
one can be mounted, otherwise a limit on the size of files (`RLIMIT_FSIZE`), which fails the same call (EFBIG for ENOSPC).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BEFORE = (
    "import torch.nn as nn\nblock = nn.Sequential(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8))\n" * 48
)  # fixed, one page longer
AFTER = BEFORE.replace("nn.Conv2d(8, 8, 3)", "nn.Conv2d(8, 8, 3, bias=False)")
FILES = 30
KINDS = ("full disk", "read-only", "interrupt", "terminate", "kill")
_SIGNALS = {"interrupt": signal.SIGINT, "terminate": signal.SIGTERM, "kill": signal.SIGKILL}


@dataclass(frozen=True, slots=True)
class Trial:
    """One run: what went against it, how many files are new, and what is wrong (empty if nothing)."""

    kind: str
    new: int
    wrong: str = ""


def trial(draw: random.Random, kind: str | None = None) -> Trial:
    """Fix FILES files while something goes wrong at a moment that is drawn."""
    kind = kind or draw.choice(KINDS)
    folder = Path(tempfile.mkdtemp(prefix="torchlint-trial-"))
    mounted = kind == "full disk" and can_mount()
    try:
        if mounted:
            pages = 3 * FILES  # room for the old files, and for some of the new ones, once it is filled up
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={pages * 4}k", "tmpfs", str(folder)], check=True)
        names = [f"m{number:02}.py" for number in range(FILES)]
        for name in names:
            (folder / name).write_text(BEFORE)
        if mounted:
            _fill(folder, draw.randint(0, FILES))
        for name in draw.sample(names, 5) if kind == "read-only" else ():
            (folder / name).chmod(0o444)
        frozen = {name for name in names if not (folder / name).stat().st_mode & 0o200}
        _run(folder, kind, mounted, draw)
        (folder / "filler").unlink(missing_ok=True)
        return _judge(folder, kind, names, frozen)
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(folder)


def _run(folder: Path, kind: str, mounted: bool, draw: random.Random) -> None:
    limit = draw.randint(len(BEFORE) // 2, len(AFTER) - 1)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if kind == "full disk" and not mounted:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "torchlint", "check", "--isolated", "--no-cache", "--fix", "--unsafe-fixes"]
    command += ["--jobs", draw.choice("12"), "."]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=prepare,
    ) as process:
        if kind in _SIGNALS:
            _wait_for_work(folder, process, draw)
            os.killpg(process.pid, _SIGNALS[kind]) if process.poll() is None else None
        process.wait(120)


def _wait_for_work(folder: Path, process: subprocess.Popen[bytes], draw: random.Random) -> None:
    """Wait until some file is replaced or a moment has passed: most of the time is spent before the first one."""
    wanted = draw.randrange(FILES)
    while process.poll() is None and (folder / f"m{wanted:02}.py").stat().st_size == len(BEFORE):
        time.sleep(0.0005)
    time.sleep(draw.random() * 0.003)


def _fill(folder: Path, left: int) -> None:
    """Use the disk up, but for some pages."""
    with (folder / "filler").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            stream.truncate(max(0, stream.tell() - left * 4096))


def _judge(folder: Path, kind: str, names: Sequence[str], frozen: set[str]) -> Trial:
    found = {path.name: path.read_text() for path in folder.iterdir()}
    new = sum(text == AFTER for text in found.values())
    torn = [name for name in names if found.get(name) not in (BEFORE, AFTER)]
    left = sorted(set(found) - set(names))
    wrong = []
    if torn:
        wrong.append(f"neither old nor new: {', '.join(torn)}")
    if left and kind != "kill":  # nothing can tidy up after SIGKILL
        wrong.append(f"left behind: {', '.join(left)}")
    if any(found.get(name) == AFTER for name in frozen):
        wrong.append("a read-only file was replaced")
    return Trial(kind, new, "; ".join(wrong))


@cache
def can_mount() -> bool:
    """Whether this system lets the process mount a tmpfs."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
        )
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return done.returncode == 0


def lines(trials: Sequence[Trial]) -> Iterator[str]:
    """The result for a reader."""
    counts = Counter(one.kind for one in trials)
    disk = "tmpfs" if can_mount() else "RLIMIT_FSIZE"
    for kind in KINDS:
        mine = [one for one in trials if one.kind == kind]
        partly = sum(0 < one.new < FILES for one in mine)
        what = f"{kind} ({disk})" if kind == "full disk" else kind
        yield f"{what}: {counts[kind]} trials, {partly} stopped between the first file and the last"
    wrong = [one for one in trials if one.wrong]
    yield f"{len(trials)} trials, {len(wrong)} wrong"
    yield from (f"  {one.kind}: {one.wrong}" for one in wrong)
