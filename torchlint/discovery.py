"""Which files to read: paths from the command line, directories walked, exclusions and .gitignore files obeyed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from torchlint.report import Problem
from torchlint.settings import Settings, SettingsError, gitignore

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Directories that hold no code of the project. A virtual environment is known by its pyvenv.cfg.
SKIPPED = (
    ".bzr", ".eggs", ".git", ".hg", ".hypothesis", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache",
    ".ruff_cache", ".svn", ".tox", "*.egg", "CVS", "__pycache__", "node_modules",
)  # fmt: skip
SUFFIXES = (".py",)


@dataclass(frozen=True, slots=True)
class Ignores:
    """A .gitignore file: the directory that it stands in and its patterns."""

    directory: str
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read, sorted by path, and the paths that can't be read."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]


def discover(paths: Iterable[str], settings: Settings, *, force_exclude: bool = False) -> Found:
    """Return the files that `paths` stand for, each once.

    A file that is named is read whatever its suffix; `force_exclude` applies the exclusions to it too. Directories are
    walked for Python files; links to directories are not followed, so loops can't occur.
    """
    files: dict[str, None] = {}
    problems: list[Problem] = []
    for path in paths:
        name = os.path.normpath(path)
        if force_exclude and named_is_excluded(name, settings):
            continue
        try:
            directory = os.path.isdir(name)
            os.stat(name)
        except OSError as error:
            problems.append(unreadable(name, error))
            continue
        if not directory:
            files[name] = None
            continue
        for item in _walk(name, settings, _ignores_above(name)):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                files[item] = None
    return Found(tuple(sorted(files, key=sort_key)), tuple(sorted(problems, key=lambda p: sort_key(p.path))))


def sort_key(path: str) -> tuple[str, ...]:
    """Order of paths in all output: folder by folder."""
    return Path(path).parts


def unreadable(path: str, error: OSError) -> Problem:
    """The problem of a path that can't be read."""
    reason = error.strerror or str(error)
    return Problem(path, 1, 1, f"can't be read: {reason[:1].lower()}{reason[1:]}", "io")


def _walk(top: str, settings: Settings, above: tuple[Ignores, ...]) -> Iterator[str | Problem]:
    """Python files below a directory, in no particular order."""
    pending = [(top, above)]
    while pending:
        directory, ignores = pending.pop()
        ignores = (*ignores, *_gitignore_in(directory))
        try:
            with os.scandir(directory) as scan:
                entries = list(scan)
        except OSError as error:
            yield unreadable(directory, error)
            continue
        for entry in entries:
            path = os.path.normpath(entry.path)
            folder = entry.is_dir(follow_symlinks=False)
            # Emacs names its locks, which are dangling links, ".#name.py".
            if not folder and not (entry.name.endswith(SUFFIXES) and not entry.name.startswith(".#")):
                continue
            if _skipped(path, settings, folder) or _ignored(path, folder, ignores):
                continue
            if folder:
                pending.append((path, ignores))
                continue
            try:
                os.stat(path)
                if not os.path.isdir(path):
                    yield path
            except OSError as error:
                yield unreadable(path, error)


def _skipped(path: str, settings: Settings, folder: bool) -> bool:
    """Whether built-in or configured exclusions apply to a path itself."""
    if folder:
        name = os.path.basename(path)
        if any(fnmatchcase(name, pattern) for pattern in SKIPPED) or os.path.exists(os.path.join(path, "pyvenv.cfg")):
            return True
    return bool(settings.exclude) and settings.matches(settings.exclude, path + "/" * folder)


def named_is_excluded(path: str, settings: Settings) -> bool:
    """Whether exclusions apply to a path that was named, or to a folder above it inside the project."""
    absolute = Path(os.path.abspath(path))
    root = Path(settings.root).resolve()
    inside = [absolute, *absolute.parents]
    inside = inside[: inside.index(root)] if root in inside else inside[:1]
    return any(_skipped(str(each), settings, os.path.isdir(each)) for each in inside)


def _ignores_above(directory: str) -> tuple[Ignores, ...]:
    """The .gitignore files above a directory, up to the top of its repository; none if they ignore the directory itself."""
    absolute = Path(os.path.abspath(directory))
    inside = [absolute]
    while not os.path.exists(inside[0] / ".git"):
        if inside[0].parent == inside[0]:
            return ()
        inside.insert(0, inside[0].parent)
    ignores: tuple[Ignores, ...] = ()
    for above, below in pairwise(inside):
        ignores = (*ignores, *_gitignore_in(str(above)))
        # The directory was named, so it is read although git ignores it.
        if _ignored(str(below), True, ignores):
            return ()
    return ignores


def _gitignore_in(directory: str) -> tuple[Ignores, ...]:
    """The .gitignore file of a directory, if it has one that says anything."""
    try:
        text = Path(directory, ".gitignore").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    lines = tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#") and _valid(line))
    return (Ignores(os.path.abspath(directory), gitignore(lines)),) if lines else ()


def _valid(line: str) -> bool:
    """Whether a line is a pattern: git passes over what isn't."""
    try:
        gitignore((line,))
    except SettingsError:
        return False
    return True


def _ignored(path: str, folder: bool, ignores: tuple[Ignores, ...]) -> bool:
    """Whether git ignores a path: the deepest file with a matching line decides."""
    absolute = os.path.abspath(path)
    for each in reversed(ignores):
        relative = os.path.relpath(absolute, each.directory).replace(os.sep, "/")
        verdict = each.spec.check_file(relative + "/" * folder).include
        if verdict is not None:
            return verdict
    return False
