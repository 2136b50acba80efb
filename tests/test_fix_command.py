"""`torchlint check --fix` and `--diff`: what is written, shown, listed and returned, with the toy rules of tests/packs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FAILING_PACK, PACKS, Run

TEXT = "x = old_call(1)\ny = old_call(old_call(2)), 41\nmarker\n"
SAFE = TEXT.replace("old_call", "new_call")
ALL = SAFE.replace("41", "42")


@pytest.fixture(autouse=True)
def in_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text(TEXT)


@pytest.mark.parametrize(
    ("arguments", "after", "code", "summary"),
    [
        (("--fix",), SAFE, 1, "Fixed 3 findings. 1 finding (1 error) in 1 of 1 file. 1 fixable with --fix --unsafe-fixes."),
        (("--fix", "--unsafe-fixes"), ALL, 0, "Fixed 4 findings. No findings in 1 file."),
        (("--unsafe-fixes",), TEXT, 1, "4 findings (1 error, 3 warnings) in 1 of 1 file. 3 fixable with --fix."),
        (("--fix", "--select", "TLX903"), TEXT, 1, "1 finding (1 error) in 1 of 1 file."),
        (("--fix", "--exit-zero"), SAFE, 0, "Fixed 3 findings."),
        (("--fix", "--fail-on", "error"), SAFE, 1, "Fixed 3 findings."),
        (("--fix", "--ignore", "error"), SAFE, 0, "Fixed 3 findings. No findings in 1 file."),
    ],
)  # fmt: skip
def test_fix(arguments: tuple[str, ...], after: str, code: int, summary: str, torchlint: Run) -> None:
    result = torchlint("check", *arguments)
    assert Path("a.py").read_text() == after
    assert result.returncode == code, result.stderr
    assert result.stdout.splitlines()[-1].startswith(summary)
    assert torchlint("check", *arguments).returncode == code
    assert Path("a.py").read_text() == after


def test_fixes_that_are_not_applied_are_listed_with_the_reason(torchlint: Run) -> None:
    result = torchlint("check", "--fix", "--extend-select", "strict")
    assert result.stderr.splitlines() == [
        "a.py:2:28: TLX903 not fixed: its fix is unsafe; --unsafe-fixes applies it",
        "a.py:3:1: TLX902 not fixed: a marker means what it says",
    ]


@pytest.mark.parametrize(("arguments", "after"), [(("--diff",), SAFE), (("--diff", "--unsafe-fixes"), ALL)])
def test_diff_changes_nothing_and_can_be_applied(arguments: tuple[str, ...], after: str, torchlint: Run) -> None:
    result = torchlint("check", *arguments)
    assert result.returncode == 1
    assert Path("a.py").read_text() == TEXT
    subprocess.run(["patch", "-p0"], input=result.stdout, text=True, check=True, capture_output=True)
    assert Path("a.py").read_text() == after
    result = torchlint("check", *arguments)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == "0 findings would be fixed in 0 files."


def test_diff_of_a_text_without_last_line_end(torchlint: Run) -> None:
    Path("a.py").write_text("x = 1\ny = old_call(2)")
    output = torchlint("check", "--diff").stdout
    assert output.count("\\ No newline at end of file\n") == 2
    subprocess.run(["patch", "-p0"], input=output, text=True, check=True, capture_output=True)
    assert Path("a.py").read_text() == "x = 1\ny = new_call(2)"


def test_bytes_outside_the_fix_stay(torchlint: Run) -> None:
    before = b"\xef\xbb\xbf# coding: utf-8\r\nif x:\r\n\ty = old_call( 1,)  # \xc3\xa9\r\n\x0c\r\nz = 'a'\r\n\r"
    Path("a.py").write_bytes(before)
    assert torchlint("check", "--fix").returncode == 0
    assert Path("a.py").read_bytes() == before.replace(b"old_call", b"new_call")
    latin = "# coding: latin-1\nx = 'é' + old_call(1)\n".encode("latin-1")
    Path("a.py").write_bytes(latin)
    assert torchlint("check", "--fix").returncode == 0
    assert Path("a.py").read_bytes() == latin.replace(b"old_call", b"new_call")


def test_standard_input_is_repaired_to_standard_output(torchlint: Run) -> None:
    result = torchlint("check", "-", "--fix", "--stdin-filename", "m.py", input=TEXT)
    assert result.stdout == SAFE
    assert "error[TLX903]" in result.stderr
    assert result.returncode == 1
    excluded = torchlint(
        "check", "-", "--fix", "--stdin-filename", "m.py", "--exclude", "m.py", "--force-exclude", input=TEXT
    )
    assert (excluded.stdout, excluded.returncode) == (TEXT, 0)
    broken = torchlint("check", "-", "--fix", input="x = (\n")
    assert (broken.stdout, broken.returncode) == ("x = (\n", 2)


def test_positions_after_a_fix_are_those_of_the_repaired_text(torchlint: Run) -> None:
    Path("a.py").write_text("x = old_call(41)\n")
    found = json.loads(torchlint("check", "--fix", "--output-format", "json").stdout)
    assert [(each["line"], each["column"]) for each in found] == [(1, 14)]
    Path("a.py").write_text("old_call(\n    1), 41\n")
    output = torchlint("check", "--fix").stdout
    assert "2 |     1), 41\n  |         ^^\n" in output


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_file_that_cannot_be_written_is_named_and_left(jobs: str, torchlint: Run) -> None:
    for name in ("b.py", "c.py"):
        Path(name).write_text(TEXT)
    Path("b.py").chmod(0o444)
    result = torchlint("check", "--fix", "--output-format", "concise", "--jobs", jobs)
    assert result.returncode == 2
    assert "b.py:1:1: can't be written, left as it is: it is read-only" in result.stderr
    assert [Path(name).read_text() for name in ("a.py", "b.py", "c.py")] == [SAFE, TEXT, SAFE]
    assert [line.split(":")[0] for line in result.stdout.splitlines()].count("b.py") == 4


def test_links(torchlint: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "o.py"
    outside.write_text(TEXT)
    Path("out.py").symlink_to(outside)
    Path("pkg").mkdir()
    Path("pkg/in.py").symlink_to("../a.py")
    result = torchlint("check", "--fix", "pkg", "out.py")
    assert result.returncode == 2
    assert "out.py:1:1: can't be written, left as it is: it is a symbolic link to" in result.stderr
    assert outside.read_text() == TEXT
    assert Path("a.py").read_text() == SAFE
    assert Path("pkg/in.py").is_symlink()


@pytest.mark.parametrize("named", [".", "linked", "linked/o.py"])
def test_folders_that_are_links_out_of_the_tree(
    named: str, torchlint: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "o.py").write_text(TEXT)
    Path("linked").symlink_to(outside)
    result = torchlint("check", "--fix", named)
    assert (outside / "o.py").read_text() == TEXT
    assert ("a symbolic link on its path leads to" in result.stderr) is (named != ".")


def test_a_broken_file_is_never_written(torchlint: Run) -> None:
    Path("bad.py").write_text("x = old_call(\n")
    result = torchlint("check", "--fix")
    assert result.returncode == 2
    assert Path("bad.py").read_text() == "x = old_call(\n"
    assert Path("a.py").read_text() == SAFE


def test_a_failing_rule_does_not_keep_other_fixes(torchlint: Run) -> None:
    Path("a.py").write_text("explode(1)\nx = old_call(1)\n")
    result = torchlint("check", "--fix", packs=(PACKS, FAILING_PACK))
    assert result.returncode == 2
    assert Path("a.py").read_text() == "explode(1)\nx = new_call(1)\n"
    assert result.stderr.count("rule TLX990 (raises) failed") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_an_interrupt_leaves_each_file_old_or_new(run_python: Run) -> None:
    """The process interrupts itself while it writes the second file: the first is new, the others are old."""
    for name in ("b.py", "c.py"):
        Path(name).write_text(TEXT)
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a suite in the background ignores the signal
        "from torchlint import files\n"
        "replace, calls = os.fsync, []\n"
        "def interrupted(descriptor):\n"
        "    calls.append(descriptor)\n"
        "    if len(calls) == 2: os.kill(os.getpid(), signal.SIGINT)\n"
        "    return replace(descriptor)\n"
        "files.os.fsync = interrupted\n"
        "from torchlint.cli import main\n"
        "sys.argv[1:] = ['check', '--fix', '--jobs', '1']\n"
        "main()\n"
    )
    result = run_python("-c", code)
    assert result.returncode == 130
    assert result.stderr.splitlines()[-1] == "interrupted"
    assert [Path(name).read_text() for name in ("a.py", "b.py", "c.py")] == [SAFE, TEXT, TEXT]
    assert sorted(path.name for path in Path().iterdir()) == ["a.py", "b.py", "c.py"]
