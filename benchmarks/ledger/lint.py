"""Lint a folder by running torchlint as a user does, and count what it read."""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torchlint.discovery import discover
from torchlint.registry import load
from torchlint.settings import Settings


class LintError(Exception):
    """torchlint failed, which is not the same as finding something."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, as far as a ledger keeps it. `path` is relative to the package's folder.

    `certainty` is "assumed" where the finding says that it rests on an assumption, such as the layout in which an
    argument arrives: torchlint reports it in another group than its rule's own. Otherwise it is "certain".
    """

    path: str
    line: int
    code: str
    certainty: str
    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave: findings by path and line, unreadable files, CPU seconds of torchlint and its children."""

    findings: tuple[Found, ...]
    problems: tuple[str, ...]
    seconds: float


def lint(folder: Path) -> Run:
    """Run `torchlint check` on a folder, without its configuration. Raises LintError where torchlint fails.

    Findings in a file whose text an earlier file has too (some wheels hold a build folder) are left out.
    """
    command = [
        sys.executable,
        "-m",
        "torchlint",
        "check",
        ".",
        "--isolated",
        "--no-cache",
        "--output-format",
        "json",
        "-q",
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise LintError(f"torchlint failed on {folder}: {done.stderr.strip()}") from None
    groups = {rule.code: rule.group.value for rule in load()}
    first: dict[bytes, str] = {}
    for name in sorted({each["filename"] for each in report}):
        first.setdefault(_key((folder / name).read_bytes()), name)
    return Run(
        tuple(
            Found(
                each["filename"],
                each["line"],
                each["code"],
                "certain" if each["group"] == groups[each["code"]] else "assumed",
                each["fingerprint"],
                each["message"],
            )
            for each in report
            if each["filename"] in first.values()
        ),
        tuple(line for line in done.stderr.splitlines() if line.strip()),
        seconds,
    )


@dataclass(frozen=True, slots=True)
class Size:
    """Files and physical lines, each text counted once however often it is copied."""

    files: int
    lines: int


def size(folders: Iterable[Path]) -> Size:
    """What `torchlint check` reads in these folders."""
    seen: set[bytes] = set()
    lines = 0
    for folder in folders:
        for name in discover([str(folder)], Settings(root=str(folder))).files:
            data = Path(name).read_bytes()
            key = _key(data)
            if key not in seen:
                seen.add(key)
                lines += len(data.splitlines())
    return Size(len(seen), lines)


def _key(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def source_line(folder: Path, found: Found) -> str:
    """The line that a finding stands on, without its indentation."""
    line = (folder / found.path).read_bytes().splitlines()[found.line - 1]
    return " ".join(line.decode("utf-8", "replace").split())
