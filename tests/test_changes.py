"""`--changed-since`: the files that a real git finds different from a revision."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
PITFALL = "x = old_call(1)\n"


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *arguments), check=True, capture_output=True)


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    top = tmp_path / "répo with space"
    (top / "sub").mkdir(parents=True)
    monkeypatch.chdir(top)
    git("init", "-q")
    for name in ("same.py", "changed.py", "sub/changed.py", "gone.py", "renamed.py"):
        Path(name).write_text(PITFALL + f"# {name}\n")
    Path(".gitignore").write_text("ignored.py\n")
    git("add", ".")
    git("commit", "-qm", "first")
    return top


def found(torchlint: Run, *arguments: str, **options: object) -> list[str]:
    result = torchlint("check", "--output-format", "concise", *arguments, **options)
    assert result.returncode in (0, 1), result.stderr
    return [line.split(":")[0] for line in result.stdout.splitlines()]


def test_changed_added_and_renamed_files_are_checked(torchlint: Run, repository: Path) -> None:
    Path("changed.py").write_text("\n" + PITFALL)
    Path("sub/changed.py").write_text("\n\n" + PITFALL)
    Path("gone.py").unlink()
    git("mv", "renamed.py", "new name.py")
    git("commit", "-aqm", "second")
    Path("untracked é.py").write_text(PITFALL)
    Path("ignored.py").write_text(PITFALL)
    everything = ["changed.py", "new name.py", "sub/changed.py", "untracked é.py"]
    assert found(torchlint, "--changed-since", "HEAD~1", cwd=repository) == everything
    assert found(torchlint, "--changed-since", "HEAD", cwd=repository) == ["untracked é.py"]
    assert found(torchlint, "--changed-since", "HEAD~1", "sub", cwd=repository) == ["sub/changed.py"]
    assert found(torchlint, "--changed-since", "HEAD~1", ".", cwd=repository / "sub") == ["changed.py"]


def test_nothing_changed_is_clean(torchlint: Run, repository: Path) -> None:
    result = torchlint("check", "--changed-since", "HEAD", cwd=repository)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "No findings in 0 files.\n"


@pytest.mark.parametrize("revision", ["nowhere", "--output=evil", "HEAD^{tree}", ""])
def test_an_unknown_revision_is_one_line(torchlint: Run, repository: Path, revision: str) -> None:
    result = torchlint("check", "--changed-since", revision, cwd=repository)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"torchlint: git knows no revision {revision!r}\n"
    assert not (repository / "evil").exists()


def test_outside_of_a_repository(torchlint: Run, tmp_path: Path) -> None:
    result = torchlint("check", "--changed-since", "HEAD", cwd=tmp_path)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "not a git repository" in result.stderr


def test_without_git(torchlint: Run, repository: Path) -> None:
    result = torchlint("check", "--changed-since", "HEAD", cwd=repository, env={"PATH": "/nowhere"})
    assert (result.returncode, result.stderr) == (2, "torchlint: git can't be run: No such file or directory\n")


def test_git_runs_nothing_that_the_repository_names(torchlint: Run, repository: Path) -> None:
    """A hook, a file-system monitor or a diff program from the repository's settings would leave a mark."""
    mark = repository / "mark"
    for key in ("core.fsmonitor", "diff.external", "core.pager"):
        git("config", key, f"touch '{mark}'; false")
    Path("changed.py").write_text("\n" + PITFALL)
    assert found(torchlint, "--changed-since", "HEAD", cwd=repository) == ["changed.py"]
    assert not mark.exists()
