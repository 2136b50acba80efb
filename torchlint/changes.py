"""Which files differ from a revision, as git says: changed, added, renamed, and not yet tracked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

# Neither the repository's own settings nor the environment may make git run another program.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=", "--no-pager")


class ChangesError(Exception):
    """Git can't say what changed. The message is one line."""


def changed_since(revision: str, files: Sequence[str]) -> tuple[str, ...]:
    """Those of the files that differ between the revision and the working tree, in their order.

    Raises ChangesError where git is missing, the working directory is in no repository, or the revision is unknown.
    """
    top = _git("rev-parse", "--show-toplevel").decode(errors="surrogateescape").rstrip("\n")
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", unknown=revision)
    compared = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=d")
    names = _git(*compared, commit.decode().strip(), "--", at=top)
    names += _git("ls-files", "--others", "--exclude-standard", "-z", at=top)
    changed = {os.path.realpath(f"{top}/{os.fsdecode(name)}") for name in names.split(b"\0") if name}
    return tuple(file for file in files if os.path.realpath(file) in changed)


def _git(*arguments: str, at: str | None = None, unknown: str | None = None) -> bytes:
    try:
        done = subprocess.run(("git", *_SAFE, *arguments), cwd=at, capture_output=True, check=False)
    except OSError as error:
        raise ChangesError(f"git can't be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if unknown is not None:
            raise ChangesError(f"git knows no revision {unknown!r}")
        raise ChangesError(f"git {arguments[0]} failed: {said[0] if said else done.returncode}")
    return done.stdout
