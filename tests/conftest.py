"""Strictness for the whole suite, and the rule packs that tests of the front ends use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# A rule or an analysis that raises fails the test instead of becoming a warning.
os.environ["TORCHLINT_STRICT"] = "1"

TESTS = Path(__file__).parent
PACKS = TESTS / "packs"
FAILING_PACK = TESTS / "packs_failing"


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the suite finds is not kept in the user's cache, nor taken from there."""
    os.environ["TORCHLINT_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_python(tmp_path: Path) -> Run:
    """Run Python in an empty directory with the rule packs of `packs`, leniently: as users do."""

    def run(*arguments: str, packs: tuple[Path, ...] = (PACKS,), **options: object) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "TORCHLINT_STRICT"}
        environment |= {"PYTHONPATH": os.pathsep.join(map(str, packs)), "PYTHONUTF8": "1", "COLUMNS": "120"}
        environment |= options.pop("env", {})  # type: ignore[arg-type]
        keywords = {"capture_output": True, "text": True, "cwd": tmp_path, "timeout": 120, **options}
        return subprocess.run([sys.executable, *arguments], env=environment, **keywords)  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture
def torchlint(run_python: Run) -> Run:
    """Run `torchlint` with the toy rule pack (TLX901 to TLX903) beside torchlint's own rules."""

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        return run_python("-m", "torchlint", *arguments, **options)

    return run
