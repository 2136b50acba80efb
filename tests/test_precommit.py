"""The pre-commit hooks, installed and run by pre-commit itself on a scratch repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import copy_to, git

PITFALL = """\
import torch

x = torch.zeros(2, 3, 4).transpose(1, 2)
y = x.view(2, 12)
"""


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this tree at one commit, as pre-commit would clone a release."""
    reach = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-cache-dir", "packaging"]
    if subprocess.run(reach, cwd=tmp_path_factory.mktemp("reach"), capture_output=True).returncode:
        pytest.skip("no package index can be reached: pre-commit could not install the hook's dependencies")
    folder = copy_to(tmp_path_factory.mktemp("hooks"))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "snapshot")
    return folder


def test_both_hooks(hooks: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    (scratch / "old").mkdir(parents=True)
    (scratch / "model.py").write_text(PITFALL)
    (scratch / "old" / "model.py").write_text(PITFALL)
    (scratch / "notes.txt").write_text(PITFALL)
    (scratch / "pyproject.toml").write_text('[tool.torchlint]\nexclude = ["old"]\n')
    revision = git(hooks, "rev-parse", "HEAD").strip()
    (scratch / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: torchlint\n  - id: torchlint-fix\n"
    )
    git(scratch, "init", "-q")
    git(scratch, "add", "-A")

    def run(hook: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "TORCHLINT_"))}
        environment |= {"PRE_COMMIT_HOME": str(tmp_path / "cache"), "PYTHONPATH": ""}
        command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files"]
        return subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, timeout=600)

    found = run("torchlint")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "error[TL501]" in found.stdout
    assert "1 finding (1 error) in 1 of 1 file." in found.stdout
    assert (scratch / "model.py").read_text() == PITFALL

    fixed = run("torchlint-fix")
    assert fixed.returncode == 1  # it changed a file, which pre-commit reports
    assert "files were modified by this hook" in fixed.stdout
    assert (scratch / "model.py").read_text() == PITFALL.replace("view", "reshape")
    assert (scratch / "old" / "model.py").read_text() == PITFALL

    git(scratch, "add", "-A")
    for hook in ("torchlint", "torchlint-fix"):
        assert run(hook).returncode == 0
