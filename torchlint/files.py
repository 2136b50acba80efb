"""Replaces files: whole or not at all.

The new content is written to a temporary file in the same directory, flushed to the disk, and renamed over the old one,
so that an interrupt or a full disk leaves the old file as it was.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write(path: str, data: bytes, *, before: bytes | None = None, root: str | None = None) -> None:
    """Replace a file's content and keep its mode and, where the system allows it, its owner.

    A symbolic link stays: its target is replaced. Links on the way to the file count too. `before`: the content that the new
    one was made from. `root`: the
    directory that links must not lead out of; default: the working directory.

    Raises OSError, and leaves the file alone, where it is read-only, is no regular file, has changed since it was read,
    or is a link that leads outside.
    """
    target = Path(path)
    around = Path(root if root is not None else os.curdir)
    named_inside = target.absolute().is_relative_to(around.absolute()) and ".." not in target.parts
    if target.is_symlink() or named_inside:
        real, inside = target.resolve(strict=True), around.resolve()
        if not real.is_relative_to(inside):
            kind = "it is a symbolic link" if target.is_symlink() else "a symbolic link on its path leads"
            raise OSError(errno.EPERM, f"{kind} to {real}, which is outside of {inside}", path)
        target = real
    status = target.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", path)
    # The superuser may write anywhere, so the mode counts too: a file without any write bit is read-only on purpose.
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only", path)
    if before is not None and target.read_bytes() != before:
        raise OSError(errno.EBUSY, "it has changed since it was read", path)
    _replace(target, data, status)


def _replace(target: Path, data: bytes, status: os.stat_result) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if hasattr(os, "chown"):
            with suppress(OSError):  # only the superuser may give files away
                os.chown(temporary, status.st_uid, status.st_gid)
        temporary.chmod(stat.S_IMODE(status.st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
