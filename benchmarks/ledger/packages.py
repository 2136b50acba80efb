"""The pinned packages: which they are, and how their Python files get into a cache directory.

pip downloads wheels, which needs no code of theirs to run (a source distribution would run its build backend), from the
index that it is configured for, and compares their hashes with the pinned ones.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ledger.archives import unpack

PINS = Path(__file__).parent / "packages.toml"
# The wheels' platform, so that every machine gets the same files: they are read, never run.
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64")


class FetchError(Exception):
    """A package that can't be had: no network, or not the pinned file."""


@dataclass(frozen=True, slots=True)
class Package:
    """One release, pinned.

    `training` names a training script, a research program or the like that it holds; empty for libraries only.
    `python` is the version whose wheel is meant, `sample` whether the package is small enough for every test run.
    """

    name: str
    version: str
    wheel: str
    sha256: str
    training: str = ""
    python: str = "3.11"
    sample: bool = False

    @property
    def folder(self) -> str:
        """The name of its folder in the cache."""
        return f"{self.name}-{self.version}"


def load(path: Path = PINS) -> tuple[Package, ...]:
    """The pinned packages, in the order of the file."""
    return tuple(Package(**each) for each in tomllib.loads(path.read_text(encoding="utf-8"))["package"])


def fetch(package: Package, cache: Path) -> Path:
    """Return the folder that holds the package's Python files, downloading and unpacking it if it isn't there.

    Raises FetchError, or ArchiveError for a wheel that can't be unpacked safely.
    """
    folder = cache / "packages" / package.folder
    if not folder.is_dir():
        wheel = cache / "wheels" / package.wheel
        if not wheel.is_file():
            _download(package, wheel)
        if digest(wheel) != package.sha256:
            raise FetchError(f"{wheel} is not the pinned file: its SHA-256 differs")
        unpack(wheel, folder)
    if package.training and not (folder / package.training).is_file():
        raise FetchError(f"{package.folder} holds no {package.training}")
    return folder


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(package: Package, wheel: Path) -> None:
    wheel.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wheel.parent, prefix=".downloading-") as scratch:
        pins = Path(scratch) / "pins.txt"
        pins.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        command += ["--require-hashes", "--requirement", str(pins), "--dest", scratch]
        command += ["--implementation", "cp", "--python-version", package.python]
        command += [word for platform in _PLATFORMS for word in ("--platform", platform)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip() or "pip failed").splitlines()[-1]
            raise FetchError(f"{package.name} {package.version}: {last}")
        if not (Path(scratch) / package.wheel).is_file():
            raise FetchError(f"{package.name} {package.version}: pip did not download {package.wheel}")
        (Path(scratch) / package.wheel).replace(wheel)
