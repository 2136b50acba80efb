"""Interrupting a run over several processes: it ends at once, with no process left and every file old or new."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups and /proc are of POSIX systems")

BEFORE = "import torch.nn as nn\nblock = nn.Sequential(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8))\n" * 40
FILES = 400


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for number in range(FILES):
        (tmp_path / f"{number:03}.py").write_text(BEFORE)
    return tmp_path


def start(tree: Path) -> subprocess.Popen[str]:
    """A fix of the tree by two processes, in a process group of its own that doesn't ignore interrupts."""
    command = [sys.executable, "-m", "torchlint", "check", "--isolated", "--fix", "--unsafe-fixes", "--jobs", "2", "."]
    return subprocess.Popen(
        command,
        cwd=tree,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def wait_for_work(tree: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the first files are repaired."""
    while process.poll() is None and (tree / "000.py").read_text() == BEFORE:
        time.sleep(0.01)
    assert process.poll() is None, "it ended before it was interrupted"


def group(process: subprocess.Popen[str]) -> list[int]:
    """The living processes of the group."""
    return [each for each, of in living() if of == process.pid]


def living() -> Iterator[tuple[int, int]]:
    """Each process with its group, without those that have ended and wait to be reaped."""
    listing = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        process, of, state = line.split()
        if not state.startswith("Z"):
            yield int(process), int(of)


def assert_whole(tree: Path) -> None:
    after = BEFORE.replace("nn.Conv2d(8, 8, 3)", "nn.Conv2d(8, 8, 3, bias=False)")
    contents = [path.read_text() for path in sorted(tree.iterdir())]
    assert len(contents) == FILES, "a temporary file is left"
    assert set(contents) == {BEFORE, after}, "all files were repaired, or one is neither old nor new"


def wait_until_gone(process: subprocess.Popen[str]) -> None:
    for _ in range(500):
        if not group(process):
            return
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("processes are left")


@pytest.mark.parametrize("interrupts", [1, 2, 3])
def test_interrupts_end_the_run(tree: Path, interrupts: int) -> None:
    with start(tree) as process:
        wait_for_work(tree, process)
        for _ in range(interrupts):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.02)
        _, stderr = process.communicate(timeout=60)
        assert process.returncode == 130
        assert stderr.split() == ["interrupted"]
        wait_until_gone(process)
    assert_whole(tree)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_first_process(tree: Path, number: signal.Signals) -> None:
    with start(tree) as process:
        wait_for_work(tree, process)
        process.send_signal(number)
        process.communicate(timeout=60)
        assert process.returncode == -number
        wait_until_gone(process)
    assert_whole(tree)
