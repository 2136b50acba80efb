"""Microsoft's own SARIF validator accepts the log, with its rules for code scanning at GitHub."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run

VERSION = "5.7.0"


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The validator, installed from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: it brings Microsoft's SARIF multitool")
    folder = tmp_path_factory.mktemp("npm")
    command = [npm, "install", "--no-audit", "--no-fund", f"@microsoft/sarif-multitool@{VERSION}"]
    if subprocess.run(command, cwd=folder, capture_output=True, timeout=600).returncode:
        pytest.skip("npm could not install Microsoft's SARIF multitool")
    found = [*folder.glob("node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool*")]
    program = next((path for path in found if path.name in ("Sarif.Multitool", "Sarif.Multitool.exe")), None)
    if program is None:
        pytest.skip("Microsoft's SARIF multitool has no program for this platform")
    program.chmod(0o755)
    return program


def test_the_validator_finds_nothing_wrong(multitool: Path, torchlint: Run, tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "é a.py").write_text("x = '→'\ny = old_call(x), 41\nold_call(\n    1)\nmarker\n")
    (tmp_path / "bad.py").write_text("x = (\n")
    arguments = ("--output-format", "sarif", "--output-file", "log.sarif", "--extend-select", "strict")
    assert torchlint("check", *arguments).returncode == 2
    for kind in ("Sarif", "Gh"):
        command = [str(multitool), "validate", "log.sarif", "--rule-kind", kind, "--output", f"{kind}.sarif"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)
        results = json.loads((tmp_path / f"{kind}.sarif").read_text(encoding="utf-8-sig"))["runs"][0]["results"]
        # SARIF2005: the tool has no home page to name.
        assert [result for result in results if result["ruleId"] != "SARIF2005"] == []
