"""Input that can't be checked: one clear line each on standard error, exit 2, all other files still checked."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import Run
from torchlint.registry import load
from torchlint.run import Job, run
from torchlint.settings import Settings

PITFALL = "x = old_call(1)\n"

# name: content, what the line on standard error must hold (place and reason)
BAD = {
    "syntax error": (b"x = 1\ny = (1,\nz = 2\n", "bad.py:2:5: cannot be parsed as Python"),
    "Python 2": (b"x = 1\nprint 'hello'\n", "it looks like Python 2"),
    "null byte": (b"x = 1\ny = '\0'\n", "bad.py:2:6: a null byte"),
    "undecodable byte": (b"x = 1\ny = '\xff'\n", "bad.py:2:6: byte 0xff is not valid utf-8"),
    "unknown encoding": (b"# coding: klingon\nx = 1\n", "bad.py:1:1: unknown encoding 'klingon'"),
    "UTF-16": ("x = 1\n".encode("utf-16"), "bad.py:1:1: byte 0xff is not valid utf-8"),
    "nested parentheses": (
        b"x = " + b"(" * 100_000 + b"1" + b")" * 100_000 + b"\n" + PITFALL.encode(),
        "nested too deeply",
    ),
    "nested lists": (b"x = 1\ny = " + b"[" * 5_000 + b"]" * 5_000 + b"\n", "bad.py:2:"),
    "long integer": (b"x = " + b"1" * 10_000 + b"\n", "bad.py:1:1: cannot be parsed"),
}


@pytest.fixture(autouse=True)
def in_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_one_clear_line(content: bytes, reason: str, jobs: str, torchlint: Run) -> None:
    Path("bad.py").write_bytes(content)
    Path("good.py").write_text(PITFALL)
    result = torchlint("check", "--output-format", "concise", "--jobs", jobs)
    assert result.returncode == 2
    assert result.stdout.startswith("good.py:1:5: TLX901 ")
    assert len(result.stdout.splitlines()) == 1
    assert reason in result.stderr
    assert result.stderr.startswith("bad.py:")
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert Path("bad.py").read_bytes() == content


def test_a_sum_of_100_000_terms_gives_one_line(torchlint: Run) -> None:
    """How deep a sum the parser takes depends on the version of Python: either way it is one line and no crash."""
    Path("deep.py").write_text(PITFALL + "y = " + "+".join("1" for _ in range(100_000)) + "\n")
    result = torchlint("check", "--output-format", "concise")
    assert result.returncode in (1, 2)
    assert len((result.stdout + result.stderr).splitlines()) == 1


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "# only a comment", "\x0c\n"])
def test_an_empty_file_is_clean(text: str, torchlint: Run) -> None:
    Path("a.py").write_text(text)
    result = torchlint("check")
    assert (result.returncode, result.stderr) == (0, "")


def test_50_000_lines(torchlint: Run) -> None:
    body = "def f{0}(x):\n    y = x.transpose(1, 2)\n    return y.exp() + x{0}\n\n\n"
    Path("long.py").write_text("".join(body.format(number) for number in range(10_000)) + PITFALL)
    result = torchlint("check", "--output-format", "concise")
    assert result.stdout.startswith("long.py:50001:5: TLX901 ")
    assert (result.returncode, result.stderr) == (1, "")


def test_missing_paths_and_links_that_lead_nowhere(torchlint: Run) -> None:
    Path("good.py").write_text(PITFALL)
    Path("round.py").symlink_to("round.py")
    Path("nowhere.py").symlink_to("missing")
    Path("loop").symlink_to(".")
    result = torchlint("check", "--output-format", "concise", ".", "absent.py", "absent/folder")
    assert result.returncode == 2
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr.splitlines() == [
        "absent/folder:1:1: can't be read: no such file or directory",
        "absent.py:1:1: can't be read: no such file or directory",
        "nowhere.py:1:1: can't be read: no such file or directory",
        "round.py:1:1: can't be read: too many levels of symbolic links",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.parametrize("paths", [(), ("closed", "secret.py", "good.py")])
def test_missing_permissions_as_an_unprivileged_user(paths: tuple[str, ...], run_python: Run) -> None:
    """root may read everything, so the check runs as nobody; a first run has everything imported that nobody can't read."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        for name in ("good.py", "closed/a.py", "secret.py"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(PITFALL)
        (folder / "secret.py").chmod(0)
        code = (
            "import os, sys\n"
            "from torchlint.cli import cli\n"
            "try: cli(['check', '--output-format', 'concise', 'good.py'])\n"
            "except SystemExit: print('warm')\n"
            "os.chmod('closed', 0)\n"
            "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
            "cli(['check', '--no-cache', '--output-format', 'concise', *sys.argv[1:]])\n"
        )
        result = run_python("-c", code, *paths, cwd=folder)
        assert result.returncode == 2
        assert result.stdout.split("warm\n")[1].startswith("good.py:1:5: TLX901")
        assert len(result.stdout.split("warm\n")[1].splitlines()) == 1
        assert result.stderr.splitlines() == [
            "closed:1:1: can't be read: permission denied",
            "secret.py:1:1: can't be read: permission denied",
        ]
    finally:
        (folder / "closed").chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_that_disappears_while_it_runs(processes: int) -> None:
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text("x = 1\n")
    Path("b.py").unlink()  # it was there when the files were collected
    outcomes = list(run(["a.py", "b.py", "c.py"], Job(Settings(), load()), jobs=processes))
    assert [outcome.report.path for outcome in outcomes] == ["a.py", "b.py", "c.py"]
    assert [problem.message for outcome in outcomes for problem in outcome.report.problems] == [
        "can't be read: no such file or directory"
    ]


def test_a_worker_that_dies_costs_one_file(torchlint: Run, tmp_path: Path) -> None:
    site = tmp_path / "site"
    info = site / "deadly-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[torchlint.rules]\ndeadly = deadly\n")
    (site / "deadly.py").write_text(
        "import os\nfrom torchlint.rule import Group, Rule\n"
        "class Deadly(Rule):\n"
        "    code, name, group, needs = 'TLX909', 'deadly', Group.ERROR, frozenset({'explode'})\n"
        "    def check(self, context):\n        os._exit(1)\n"
    )
    project = tmp_path / "project"
    project.mkdir()
    for number in range(6):
        (project / f"m{number}.py").write_text("explode\n" if number == 3 else PITFALL)
    packs = (Path(__file__).parent / "packs", site)
    result = torchlint("check", "--output-format", "concise", "--jobs", "2", cwd=project, packs=packs)
    assert result.returncode == 2
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["m0.py", "m1.py", "m2.py", "m4.py", "m5.py"]
    assert result.stderr == "m3.py:1:1: the process that checked this file ended unexpectedly\n"


def test_names_that_are_no_text(torchlint: Run) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("this file system takes text only")
    Path("a\udcff.py").write_text("x = (\n")
    for output_format in ("full", "json", "sarif"):
        result = torchlint("check", "--output-format", output_format, env={"PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"})
        assert result.returncode == 2
        assert result.stderr.startswith("a\\udcff.py:1:5: ")


def test_nothing_is_imported_or_executed(run_python: Run, tmp_path: Path) -> None:
    """Every file here leaves a mark when it is imported or run, under names that someone might import."""
    mark = "open('MARK', 'a').write(__name__ + '\\n')\n"
    names = (
        "a",
        "conftest",
        "setup",
        "torch",
        "numpy",
        "click",
        "rich",
        "libcst",
        "flake8",
        "pathspec",
        "toy",
        "__init__",
        "__main__",
        "sitecustomize",
        "usercustomize",
        "torchlint_rules",
    )
    for name in names:
        Path(f"{name}.py").write_text(mark + PITFALL + "import a\nfrom . import b\nfrom a import *\n")
    Path("b.pth").write_text("import a\n")
    Path("pyproject.toml").write_text(
        "[build-system]\nbuild-backend = 'setup'\n[tool.torchlint]\nselect = ['TL']\n"
        "[project]\nname = 'toy'\n[project.entry-points.'torchlint.rules']\nown = 'torchlint_rules'\n"
        "[project.entry-points.'flake8.extension']\nTL9 = 'toy:Plugin'\n"
    )
    Path("torch").mkdir()
    Path("torch/__init__.py").write_text(mark + PITFALL)
    Path("toy.egg-info").mkdir()
    Path("toy.egg-info/entry_points.txt").write_text("[torchlint.rules]\nown = torchlint_rules\n")
    Path(".gitignore").write_text("nothing\n")
    for command in (
        ("-m", "torchlint", "check", "--color", "always"),
        ("-m", "torchlint", "check", "--jobs", "2", "--output-format", "sarif"),
        ("-m", "torchlint", "check", "--no-cache", "--output-format", "concise"),
        ("-P", "-m", "flake8"),
    ):
        result = run_python(*command)
        assert result.returncode == 1, result.stderr
        assert result.stdout.count("TLX901") >= len(names)
        assert not Path("MARK").exists(), command
