"""Which files are read: directories, exclusions, .gitignore files, links, and what can't be read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from torchlint.discovery import discover
from torchlint.settings import Settings


@pytest.fixture(autouse=True)
def in_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("")


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def found(*paths: str, exclude: tuple[str, ...] = (), force_exclude: bool = False) -> list[str]:
    result = discover(paths or (".",), Settings(exclude=exclude), force_exclude=force_exclude)
    assert not result.problems
    return list(result.files)


def test_python_files_sorted_folder_by_folder() -> None:
    make("b.py", "a/z.py", "a/b/c.py", "a.py", "a/notes.txt", "a-b/c.py", "stub.pyi", "a/.#lock.py")
    assert found() == ["a/b/c.py", "a/z.py", "a-b/c.py", "a.py", "b.py"]


def test_each_file_once() -> None:
    make("a/b.py", "a/c.py")
    assert found("a/b.py", "a", "./a/b.py") == ["a/b.py", "a/c.py"]


def test_a_named_file_is_read_whatever_its_suffix() -> None:
    make("script", "b.txt")
    assert found("script", "b.txt") == ["b.txt", "script"]


def test_directories_without_code_of_the_project() -> None:
    make("a.py", ".git/a.py", "__pycache__/a.py", ".tox/a.py", "x.egg/a.py", "node_modules/a.py")
    make("env/pyvenv.cfg", "env/lib/a.py", ".hidden/a.py", "build/a.py")
    assert found() == [".hidden/a.py", "a.py", "build/a.py"]
    assert found("env/lib") == ["env/lib/a.py"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (("old",), ["a.py", "pkg/new/b.py"]),
        (("old/",), ["a.py", "pkg/new/b.py"]),
        (("pkg/new",), ["a.py", "old/c.py", "pkg/old/b.py"]),
        (("/old",), ["a.py", "pkg/new/b.py", "pkg/old/b.py"]),
        (("*.py", "!a.py"), ["a.py"]),
        (("**/b.py",), ["a.py", "old/c.py"]),
    ],
)
def test_exclude(exclude: tuple[str, ...], left: list[str]) -> None:
    make("a.py", "old/c.py", "pkg/new/b.py", "pkg/old/b.py")
    assert found(exclude=exclude) == left


def test_force_exclude_applies_to_named_files() -> None:
    make("a.py", "old/deep/c.py", "__pycache__/d.py")
    named = ("a.py", "old/deep/c.py", "__pycache__/d.py")
    assert found(*named, exclude=("old",)) == sorted(named)
    assert found(*named, exclude=("old",), force_exclude=True) == ["a.py"]


def test_gitignore_as_git_reads_it() -> None:
    make("a.py", "gen/b.py", "pkg/c.py", "pkg/gen/d.py", "pkg/keep.py", "pkg/deep/keep.py", "pkg/deep/e.py", "x_pb2.py")
    write(".gitignore", "# generated\n/gen/\n*_pb2.py\nkeep.py\n!\n")
    write("pkg/.gitignore", "!keep.py\n/deep/e.py\n")
    subprocess.run(["git", "init", "-q"], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], check=True, capture_output=True, text=True
    ).stdout.split()
    expected = {path for path in listed if path.endswith(".py")}
    assert set(found()) == expected == {"a.py", "pkg/c.py", "pkg/gen/d.py", "pkg/keep.py", "pkg/deep/keep.py"}
    assert set(found("pkg")) == {path for path in expected if path.startswith("pkg/")}
    assert found("gen") == ["gen/b.py"]
    assert found("x_pb2.py") == ["x_pb2.py"]


def test_gitignore_counts_without_a_repository_too() -> None:
    make("a/b.py", "a/c.py")
    write("a/.gitignore", "c.py\n")
    assert found() == ["a/b.py"]


def test_links() -> None:
    make("a/b.py")
    Path("a/link.py").symlink_to("b.py")
    Path("a/loop").symlink_to("..")
    Path("linked").symlink_to("a")
    assert found() == ["a/b.py", "a/link.py"]
    assert found("linked") == ["linked/b.py", "linked/link.py"]


def test_what_cannot_be_read_is_a_problem() -> None:
    make("a/good.py")
    Path("a/round.py").symlink_to("round.py")
    Path("a/dangling.py").symlink_to("nowhere")
    result = discover(["a", "missing", "loop"], Settings())
    assert result.files == ("a/good.py",)
    assert [(problem.path, problem.message, problem.kind) for problem in result.problems] == [
        ("a/dangling.py", "can't be read: no such file or directory", "io"),
        ("a/round.py", "can't be read: too many levels of symbolic links", "io"),
        ("loop", "can't be read: no such file or directory", "io"),
        ("missing", "can't be read: no such file or directory", "io"),
    ]


def test_deep_folders() -> None:
    here = Path.cwd()
    try:
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("a.py").write_text("")
        os.chdir(here)
        assert len(found()) == 1
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", "d"], check=True)  # Python's own removal recurses too deeply
