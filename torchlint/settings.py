"""What to report, where, and for which torch: `[tool.torchlint]` in pyproject.toml under the command line's options.

A selector is a code or the beginning of one ("TL301", "TL3"), or the name of a group ("numerics"). Where selectors
disagree the more specific one decides, and between equals the one that ignores: a code beats its beginnings, these beat a
group, and a group beats "TL", which means torchlint as a whole. Rules of a group that is off by default (strict) run
only when a selector more specific than "TL" names them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torchlint.rule import Group

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PREFIX = re.compile(r"[A-Z]+\d{0,3}")
_VERSION = re.compile(r"(\d+)\.(\d+)(\.\d+)?")
_GROUPS = tuple(group.value for group in Group)
_LISTS = ("select", "extend-select", "ignore", "exclude")
KEYS = (*_LISTS, "per-file-ignores", "target-torch")

Selectors = tuple[str, ...]


class SettingsError(Exception):
    """A setting that can't be used. The message is one line that says where it stands and what is meant, if known."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run.

    `select`: None means every rule that is on by default. `per_file_ignores`: pairs of a pattern and selectors.
    Patterns are written as in a .gitignore file that stands in `root`. `target_torch`: (major, minor). `ignore_here`: what
    `per_file_ignores` says about the file at hand (`for_file`); nothing overrules it.
    """

    select: Selectors | None = None
    extend_select: Selectors = ()
    ignore: Selectors = ()
    per_file_ignores: tuple[tuple[str, Selectors], ...] = ()
    exclude: tuple[str, ...] = ()
    target_torch: tuple[int, int] = (2, 0)
    root: str = "."
    ignore_here: Selectors = ()

    def enabled(self, code: str, group: Group) -> bool:
        """Whether findings with this code and group are wanted, files aside."""
        selected = -1 if self.select is not None else 0
        for selector in (*(self.select or ()), *self.extend_select):
            selected = max(selected, specificity(selector, code, group))
        if selected < 0 or (selected == 0 and not group.on_by_default):
            return False
        if any(specificity(selector, code, group) >= 0 for selector in self.ignore_here):
            return False
        return all(specificity(selector, code, group) < selected for selector in self.ignore)

    def for_file(self, path: str) -> Settings:
        """The settings for one file, given its path from the working directory."""
        if not self.per_file_ignores:
            return self
        here = [s for pattern, selectors in self.per_file_ignores if self.matches((pattern,), path) for s in selectors]
        return replace(self, ignore_here=tuple(here)) if here else self

    def matches(self, patterns: Iterable[str], path: str) -> bool:
        """Whether a path (relative to the working directory, "/" at the end of a directory) fits one of the patterns."""
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        if relative == ".." or relative.startswith("../") or os.path.isabs(relative):
            return False
        return gitignore(tuple(patterns)).match_file(relative + "/" * path.endswith("/"))

    def selectors(self) -> Iterable[tuple[str, str]]:
        """Every selector that was given, with its key."""
        lists = (("select", self.select or ()), ("extend-select", self.extend_select), ("ignore", self.ignore))
        for key, selectors in (*lists, *(("per-file-ignores", each) for _, each in self.per_file_ignores)):
            for selector in selectors:
                yield key, selector

    @property
    def by_group(self) -> bool:
        """Whether a selector names a group: then a finding's own group decides, which its rule doesn't know before."""
        return any(selector in _GROUPS for _, selector in self.selectors())


def specificity(selector: str, code: str, group: Group) -> int:
    """How closely a selector names a finding: -1 not at all, 0 as torchlint's, 1 by group, 2 and more by digits."""
    if selector in _GROUPS:
        return 1 if selector == group.value else -1
    if not code.startswith(selector):
        return -1
    digits = len(selector.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return digits + 1 if digits else 0


@lru_cache(maxsize=256)
def gitignore(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    """Compile lines of a .gitignore file; raises SettingsError. The import is slow, so runs without patterns never do it."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise SettingsError(f"invalid pattern: {error}") from error


def find_config(start: Path) -> Path | None:
    """Return the nearest pyproject.toml with a [tool.torchlint] table, from the directory `start` upwards.

    Raises SettingsError when a file on the way can't be read.
    """
    for directory in (start, *start.parents):
        path = directory / "pyproject.toml"
        if os.path.isfile(path) and "torchlint" in _tools(path):
            return path
    return None


def load_config(path: Path) -> Settings:
    """Return the settings that stand in a pyproject.toml; without a [tool.torchlint] table the defaults.

    Raises SettingsError for a file that can't be read, an unknown key and a value of the wrong type.
    """
    table = _tools(path).get("torchlint", {})
    if not isinstance(table, dict):
        raise SettingsError(f"{_table(path)} must be a table")
    return from_table(table, where=_table(path), root=str(path.resolve().parent))


def from_table(table: Mapping[str, Any], *, where: str, root: str = ".") -> Settings:
    """Return the settings of a parsed [tool.torchlint] table; `where` begins the message of a SettingsError."""
    for key in table:
        if key not in KEYS:
            raise SettingsError(f"{where}: unknown key {key!r}{nearest(key, KEYS)}")
    lists = {key: _strings(table[key], f"{where}: {key}") for key in _LISTS if key in table}
    ignores = table.get("per-file-ignores", {})
    if not isinstance(ignores, dict):
        raise SettingsError(f"{where}: per-file-ignores must be a table of pattern = [selectors]")
    per_file = tuple((p, _strings(s, f"{where}: per-file-ignores: {p!r}")) for p, s in ignores.items())
    return Settings(
        select=lists.get("select"),
        extend_select=lists.get("extend-select", ()),
        ignore=lists.get("ignore", ()),
        per_file_ignores=per_file,
        exclude=lists.get("exclude", ()),
        target_torch=version(table.get("target-torch", "2.0"), f"{where}: target-torch"),
        root=root,
    )


def overlay(
    settings: Settings,
    *,
    select: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    per_file_ignores: Iterable[str] = (),
    exclude: Iterable[str] = (),
    target_torch: str | None = None,
) -> Settings:
    """Return the settings with the command line's options over them.

    Lists are given in parts with commas, per-file-ignores as "pattern:selectors". A list replaces that of the file, except
    `extend_select`, which adds. Raises SettingsError for what can't be read.
    """
    changes: dict[str, Any] = {}
    if chosen := _split(select):
        changes["select"] = chosen
    if extra := _split(extend_select):
        changes["extend_select"] = (*settings.extend_select, *extra)
    if ignored := _split(ignore):
        changes["ignore"] = ignored
    if patterns := _split(exclude):
        changes["exclude"] = patterns
    if entries := [_per_file(entry) for entry in per_file_ignores]:
        changes["per_file_ignores"] = tuple(entries)
    if target_torch is not None:
        changes["target_torch"] = version(target_torch, "--target-torch")
    return replace(settings, **changes)


def validate(settings: Settings, codes: Collection[str], config: Path | None = None) -> None:
    """Raise SettingsError for a selector that neither begins one of the rules' `codes` nor names a group.

    `config`: the file that the settings stand in, which the message names; without it they are options.
    """
    for key, selector in settings.selectors():
        if selector in _GROUPS:
            continue
        if not _PREFIX.fullmatch(selector) or not any(code.startswith(selector) for code in codes):
            where = f"--{key}" if config is None else f"{_table(config)}: {key}"
            raise SettingsError(f"{where}: unknown rule or group {selector!r}{nearest(selector, (*codes, *_GROUPS))}")


def version(text: object, where: str) -> tuple[int, int]:
    """Return (major, minor) of a version such as "2.5"; raises SettingsError."""
    match = _VERSION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise SettingsError(f'{where}: expected a version such as "2.0", got {text!r}')
    return int(match[1]), int(match[2])


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" with the known name that is most like `name`."""
    import difflib

    names = list(known)
    folded = {each.casefold(): each for each in reversed(names)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.0)
    return f"; did you mean {folded[close[0]]!r}?" if close else ""


def _table(path: Path) -> str:
    return f"{path}: [tool.torchlint]"


def _tools(path: Path) -> dict[str, Any]:
    """The [tool] table of a pyproject.toml; empty where `tool` is something else."""
    try:
        with path.open("rb") as file:
            tools = tomllib.load(file).get("tool")
            return tools if isinstance(tools, dict) else {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(f"{path}: {reason}") from error


def _strings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{where} must be a list of strings")
    return tuple(value)


def _split(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(item for part in parts for item in re.split(r"[,\s]+", part) if item)


def _per_file(entry: str) -> tuple[str, Selectors]:
    pattern, colon, selectors = entry.rpartition(":")
    if not colon or not pattern or not _split([selectors]):
        raise SettingsError(f"--per-file-ignores: expected PATTERN:SELECTORS, got {entry!r}")
    return pattern, _split([selectors])
