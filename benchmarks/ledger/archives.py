"""Take the Python files out of a wheel. Nothing is executed, and no path leaves the folder."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath


class ArchiveError(Exception):
    """A wheel that can't be unpacked safely."""


def unpack(wheel: Path, folder: Path) -> None:
    """Write the `.py` files of `wheel` below `folder`, which must not exist yet; it appears whole or not at all.

    Raises ArchiveError for damaged archives, links, and names that are absolute or climb out of the folder.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as scratch:
        root = Path(scratch) / "files"
        root.mkdir()
        try:
            with zipfile.ZipFile(wheel) as archive:
                for item in archive.infolist():
                    _extract(archive, item, root)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise ArchiveError(f"{wheel.name}: {error}") from error
        root.rename(folder)


def _extract(archive: zipfile.ZipFile, item: zipfile.ZipInfo, root: Path) -> None:
    name = item.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ":" in name or ".." in parts:
        raise ArchiveError(f"{archive.filename}: the name {name!r} leaves the folder")
    if stat.S_ISLNK(item.external_attr >> 16):
        raise ArchiveError(f"{archive.filename}: {name!r} is a link")
    if item.is_dir() or not name.endswith(".py"):
        return
    target = root.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(item) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out)
