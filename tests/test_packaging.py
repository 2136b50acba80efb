"""What is built and installed: the wheel holds the tree, an installed torchlint has its rules, and pins are complete."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository import ROOT, copy_to, make_venv, tracked
from torchlint.registry import load

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with a wheel and a source distribution in dist/."""
    folder = copy_to(tmp_path_factory.mktemp("tree"))
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def installed(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel installed, not editable."""
    python = make_venv(tmp_path_factory.mktemp("venv"))
    wheel = next((tree / "dist").glob("*.whl"))
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--ignore-installed", str(wheel)], check=True)
    return python


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(python), *arguments], cwd=folder, capture_output=True, text=True)


def expected() -> set[str]:
    """The files of the tree that belong into the import package."""
    names = {name for name in tracked() if re.fullmatch(r"(torchlint|rules)/.*\.(py|json|typed)", name)}
    return {re.sub(r"^rules/", "torchlint/rules/", name) for name in names}


def test_the_wheel_holds_exactly_the_tree(tree: Path) -> None:
    with zipfile.ZipFile(next((tree / "dist").glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        metadata = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
        text = wheel.read(metadata).decode()
    assert names == expected()
    assert "License-Expression: MIT" in text
    assert "Requires-Python: >=3.11" in text


def test_a_wheel_can_be_built_from_the_source_distribution(tree: Path, tmp_path: Path) -> None:
    with tarfile.open(next((tree / "dist").glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = next(tmp_path.iterdir())
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel"]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
    with zipfile.ZipFile(next((folder / "dist").glob("*.whl"))) as wheel:
        assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected()


def test_an_installed_torchlint_has_every_rule(installed: Path, tmp_path: Path) -> None:
    listed = run(installed, tmp_path, "-m", "torchlint", "rules")
    assert listed.returncode == 0, listed.stderr
    codes = [line.split()[0] for line in listed.stdout.splitlines()]
    assert codes == [rule.code for rule in load() if not rule.code.startswith("TLX")]
    where = run(installed, tmp_path, "-c", "import torchlint.rules; print(torchlint.rules.__file__)").stdout
    assert Path(where).is_relative_to(installed.parent.parent)


@pytest.mark.parametrize("command", [("rules",), ("check", "examples"), ("check",)])
def test_a_checkout_that_shadows_the_install_is_an_error_and_never_clean(
    command: tuple[str, ...], installed: Path, tree: Path
) -> None:
    result = run(installed, tree, "-m", "torchlint", *command)
    assert (result.returncode, result.stdout) == (2, "")
    assert "rule pack 'builtin' (torchlint.rules) can't be loaded: ModuleNotFoundError" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_same_in_flake8(installed: Path, tree: Path) -> None:
    result = run(installed, tree, "-m", "flake8", "torchlint/__init__.py")
    assert result.returncode == 1
    assert "rule pack 'builtin' (torchlint.rules) can't be loaded" in result.stdout + result.stderr


def test_the_installed_command_is_not_shadowed(installed: Path, tree: Path) -> None:
    script = installed.parent / "torchlint"
    result = subprocess.run([str(script), "rules"], cwd=tree, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_without_an_install_there_are_no_rules(tree: Path, tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv")
    code = (
        "import importlib.metadata, sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "importlib.metadata.entry_points = lambda **group: ()\n"
        "from torchlint.cli import main; main()"
    )
    result = run(python, tmp_path, "-c", code, str(tree), "check")
    assert result.returncode == 2
    assert "no rules found" in result.stderr


def pins() -> dict[str, str]:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def test_constraints_pin_everything_that_the_suite_installs() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    pending = [*PROJECT["project"]["dependencies"], *(each for extra in extras.values() for each in extra)]
    seen: set[str] = set()
    while pending:
        requirement = Requirement(pending.pop())
        name = canonicalize_name(requirement.name)
        if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            pending.extend(importlib.metadata.requires(name) or [])
        except importlib.metadata.PackageNotFoundError:  # torch, where the suite runs without it
            continue
    assert {name for name in seen if not name.startswith(("nvidia-", "triton", "cuda-"))} <= pins().keys()
    assert pins()["torch"] == "2.13.0"


def test_pins_satisfy_the_declared_ranges() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    for each in [*PROJECT["project"]["dependencies"], *(each for extra in extras.values() for each in extra)]:
        requirement = Requirement(each)
        assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)]), each


def test_test_extra_has_no_torch() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert not [each for each in extras["test"] if each.startswith("torch")]
    assert [each for each in extras["proof"] if each.startswith("torch")]
