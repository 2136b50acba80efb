"""What earlier runs found, kept by content: a file that hasn't changed isn't checked again.

There is one file of JSON for each project, selection of rules and installation. Its first line is the digest of the rest:
a damaged file is ignored and made anew. It is written beside its place and renamed, so that runs at the same time, or a
power cut, leave a whole one: at worst some entries are missing. Nothing in it is ever executed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from torchlint import __version__
from torchlint.report import Problem, Report
from torchlint.rule import Because, Edit, Finding, Fix, Group, Rule, Safety
from torchlint.settings import Settings

_MAX_ENTRIES = 100_000
_MAX_AGE = 30 * 24 * 3600.0  # seconds since a file of the cache was written


def default_directory() -> Path:
    """The system's place for a user's caches."""
    from platformdirs import user_cache_path

    return user_cache_path("torchlint", appauthor=False)


def content_key(data: bytes, settings: Settings) -> str:
    """The key of a file's content under the settings for this file; its path plays no part in what is found."""
    return blake2b(data + repr(settings.ignore_here).encode(), digest_size=16).hexdigest()


class Cache:
    """The reports of earlier runs for one project, selection of rules and installation."""

    def __init__(self, directory: Path, settings: Settings, rules: Sequence[Rule]) -> None:
        selection = (settings.select, settings.extend_select, settings.ignore, settings.target_torch)
        parts = (str(Path(settings.root).absolute()), selection, *installation(rules))
        self.path = directory / f"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}.json"
        self._entries = _read(self.path)
        self._used: dict[str, Any] = {}
        self._changed = False

    def report(self, path: str, key: str) -> Report | None:
        """The report of a content under the name `path`, or None if it isn't known."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:
            found = _decoded(entry, path)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        self._used[key] = entry
        return found

    def keep(self, key: str, report: Report) -> None:
        """Remember a report, unless something other than the content had a part in it."""
        if all(problem.kind == "source" for problem in report.problems):
            self._used[key] = _encoded(report)
            self._changed = True

    def save(self) -> None:
        """Write what is new, those used last at the end. Raises OSError."""
        if not self._changed:
            return
        entries = _read(self.path) | self._entries  # another run may have added some since
        for key in self._used:
            entries.pop(key, None)
        entries |= self._used
        oldest = max(0, len(entries) - _MAX_ENTRIES)
        _write(self.path, dict(list(entries.items())[oldest:]))
        self._changed = False


def installation(rules: Sequence[Rule]) -> Iterator[object]:
    """What identifies the code that finds: versions, and the size and time of each file of torchlint and the rule packs."""
    yield __version__
    yield sys.version_info[:3]
    try:
        yield version("libcst")
    except PackageNotFoundError:
        yield None
    names = {"torchlint"}
    for module in {type(rule).__module__ for rule in rules}:
        parts = module.split(".")
        names.update(".".join(parts[:count]) for count in range(1, len(parts) + 1))
    directories: set[str] = set()
    for name in sorted(names):
        found = sys.modules.get(name)
        within = getattr(found, "__path__", None)
        if within is not None:
            directories.update(map(os.path.realpath, within))
        elif found is not None and found.__file__ is not None and str(Path(found.__file__).parent) not in directories:
            yield _stamp(found.__file__)
    for directory in sorted(directories):
        yield from _stamps(directory)


def _stamps(directory: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(directory) as items:
        for item in sorted(items, key=lambda item: item.name):
            if item.is_dir(follow_symlinks=False):
                if item.name != "__pycache__":
                    yield from _stamps(item.path)
            elif item.name.endswith((".py", ".json")):
                yield _stamp(item.path)


def _stamp(path: str) -> tuple[str, int, int]:
    status = Path(path).stat()
    return path, status.st_size, status.st_mtime_ns


def _read(path: Path) -> dict[str, Any]:
    """The entries of a file; none where it is missing or damaged."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest != _digest(body):
            return {}
        entries = json.loads(body)
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _write(path: Path, entries: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = json.dumps(entries, separators=(",", ":")).encode()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_digest(body) + b"\n" + body)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sweep(path.parent.iterdir(), time.time() - _MAX_AGE)


def _sweep(paths: Iterable[Path], before: float) -> None:
    """Remove what other versions and projects left, and nobody has written for long."""
    for path in paths:
        with suppress(OSError):
            if path.suffix in (".json", ".tmp") and path.stat().st_mtime < before:
                path.unlink()


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).hexdigest().encode()


def _encoded(report: Report) -> Any:
    """A report as JSON holds it: an empty list where nothing was found."""
    if not report.findings and not report.problems:
        return []
    findings = [
        {
            "code": one.code,
            "name": one.name,
            "group": one.group.value,
            "message": one.message,
            "place": [one.line, one.column, one.end_line, one.end_column],
            "because": [[each.line, each.column, each.text] for each in one.because],
            "fix": one.fix and [one.fix.title, one.fix.safety.value, *map(_edit, one.fix.edits)],
            "withheld": one.withheld,
        }
        for one in report.findings
    ]
    return [findings, [[each.line, each.column, each.message] for each in report.problems]]


def _edit(edit: Edit) -> list[Any]:
    return [edit.start, edit.end, edit.text]


def _decoded(entry: Any, path: str) -> Report:
    """A report from what JSON holds. Raises KeyError, TypeError or ValueError where it has another shape."""
    if not entry:
        return Report(path, (), ())
    findings, problems = entry
    return Report(
        path,
        tuple(_finding(one) for one in findings),
        tuple(Problem(path, line, column, message, "source") for line, column, message in problems),
    )


def _finding(one: Any) -> Finding:
    line, column, end_line, end_column = one["place"]
    return Finding(
        code=one["code"],
        name=one["name"],
        group=Group(one["group"]),
        message=one["message"],
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        because=tuple(Because(*each) for each in one["because"]),
        fix=_fix(*one["fix"]) if one["fix"] else None,
        withheld=one["withheld"],
    )


def _fix(title: str, safety: str, *edits: list[Any]) -> Fix:
    return Fix(title, Safety(safety), tuple(Edit(*edit) for edit in edits))
