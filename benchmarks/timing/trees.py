"""The files that are measured: a copy of a package, or of a part of it, that a benchmark may change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from torchlint.discovery import discover
from torchlint.settings import Settings

# Folders that one of the tools leaves out by default: without them all tools read the same files.
SKIPPED = {"_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv"}


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder with files of a package; `paths` are relative to it, sorted. `scratch` is a folder beside it."""

    package: str
    folder: Path
    scratch: Path
    paths: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum((self.folder / path).stat().st_size for path in self.paths)

    @property
    def largest(self) -> str:
        """The path of the largest file."""
        return max(self.paths, key=lambda path: ((self.folder / path).stat().st_size, path))

    def listed(self, paths: Sequence[str]) -> str:
        """Write a file that lists these paths, and return its own."""
        name = self.scratch / f"{len(paths)}.txt"
        name.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        return str(name)


def python_files(folder: Path) -> tuple[str, ...]:
    """The paths of a package's files, relative to its folder and sorted."""
    found = discover([str(folder)], Settings(root=str(folder))).files
    paths = (Path(path).relative_to(folder).as_posix() for path in found)
    return tuple(sorted(path for path in paths if not SKIPPED & set(path.split("/"))))


def spread(paths: Sequence[str], wanted: int | None) -> tuple[str, ...]:
    """As many of the paths as are wanted, at even distances; all without a number."""
    if wanted is None or wanted >= len(paths):
        return tuple(paths)
    return tuple(paths[index * len(paths) // wanted] for index in range(wanted))


@contextmanager
def copied(package: str, folder: Path, paths: Sequence[str], cache: Path) -> Iterator[Tree]:
    """A copy of these files of a package, for as long as it is measured."""
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache.absolute(), prefix="measuring-") as name:
        target, scratch = Path(name) / "files", Path(name) / "scratch"
        scratch.mkdir()
        for path in paths:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / path, target / path)
        yield Tree(package, target, scratch, tuple(paths))


class Changing:
    """One file of a tree, that of middle size, changed in another way each time."""

    def __init__(self, tree: Tree) -> None:
        by_size = sorted(tree.paths, key=lambda path: ((tree.folder / path).stat().st_size, path))
        self.path = tree.folder / by_size[len(by_size) // 2]
        self._text = self.path.read_bytes()
        self._numbers = count(1)

    def change(self) -> None:
        """Change the file as it never was."""
        self.path.write_bytes(self._text + f"\n# change {next(self._numbers)}\n".encode())

    def restore(self) -> None:
        """Make it what it was."""
        self.path.write_bytes(self._text)
