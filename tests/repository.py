"""A copy of this repository, for tests that build, install or clone it: they must not write into the working tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def git(folder: Path, *arguments: str) -> str:
    """Run git and return what it prints."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def tracked() -> list[str]:
    """The files of the working tree that git knows or would add."""
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    return [name for name in listed if (ROOT / name).is_file()]


def copy_to(folder: Path) -> Path:
    """Copy the working tree's files; return the folder."""
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def make_venv(folder: Path) -> Path:
    """Make an environment that sees this one's packages (but not its editable installs); return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    show = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([str(python), "-c", show], check=True, capture_output=True, text=True).stdout.strip()
    paths = [path for path in sys.path if Path(path).name == "site-packages"]
    (Path(packages) / "outer.pth").write_text("\n".join(paths) + "\n")
    return python
