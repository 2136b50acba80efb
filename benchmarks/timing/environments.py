"""Virtual environments for the measured tools, made once in the cache directory."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing.processes import environment

ROOT = Path(__file__).parent.parent.parent
_COPIED = ("torchlint", "rules", "pyproject.toml", "README.md", "LICENSE")
_CONSTRAINTS = ROOT / "constraints.txt"


class InstallError(Exception):
    """An environment that can't be made: no network, or no such release."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an environment holds: `requirements` for pip (the project's constraints apply with `constrained`), torchlint."""

    requirements: tuple[str, ...] = ()
    constrained: bool = True
    torchlint: bool = False


# TorchFix 0.7.0 doesn't run with LibCST 1.6 and later, so its LibCST is an older one than torchlint's.
RECIPES = {
    "torchlint": Recipe(("libcst", "flake8"), torchlint=True),
    "flake8": Recipe(("flake8",)),
    "ruff": Recipe(("ruff",)),
    "torchfix": Recipe(("torchfix==0.7.0", "libcst<1.6"), constrained=False),
    "torch-preflight": Recipe(("torch-preflight==0.5.0",), constrained=False),
}


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment that is ready. `versions`: of what is installed in it, by lower-case name."""

    folder: Path
    versions: dict[str, str]

    def program(self, name: str) -> str:
        """The path of a program in it."""
        return str(self.folder / "bin" / name)


def prepare(name: str, cache: Path) -> Environment:
    """Return the environment of a recipe, made if there is none yet (for torchlint: none of this very code).

    Raises InstallError.
    """
    recipe = RECIPES[name]
    folder = cache.absolute() / "environments" / f"{name}-{digest(recipe)}"
    ready = folder / "versions.json"
    if not ready.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        constraints = ["-c", str(_CONSTRAINTS)] if recipe.constrained else []
        with tempfile.TemporaryDirectory() as copy:
            if recipe.torchlint:
                _copy(Path(copy))
            _run([*pip, "install", "-q", *constraints, *recipe.requirements, *([copy] if recipe.torchlint else [])])
        listed = json.loads(_run([*pip, "list", "--format", "json"]))
        ready.write_text(json.dumps({one["name"].lower(): one["version"] for one in listed}), encoding="utf-8")
    return Environment(folder, json.loads(ready.read_text(encoding="utf-8")))


def digest(recipe: Recipe) -> str:
    """What tells one state of an environment's contents from another."""
    parts = [repr(recipe), sys.version, _CONSTRAINTS.read_text(encoding="utf-8") if recipe.constrained else ""]
    if recipe.torchlint:
        files = [path for name in _COPIED for path in (ROOT / name, *(ROOT / name).rglob("*")) if path.is_file()]
        parts += [f"{path}{path.read_bytes()!r}" for path in sorted(files) if path.suffix in (".py", ".json", ".toml")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _copy(target: Path) -> None:
    """Copy what torchlint is built from, so that the build writes nothing beside the sources."""
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target / name)


def _run(command: list[str]) -> str:
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise InstallError(f"{' '.join(command)}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    return done.stdout
