"""`torchlint check` and its sister commands, run as a user runs them, with the toy rules of tests/packs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FAILING_PACK, PACKS, Run

PITFALL = "x = old_call(1)\n"
CLEAN = "x = 1\n"


@pytest.fixture(autouse=True)
def in_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    for name, text in files.items():
        Path(f"{name}.py").write_text(text)


def lines(torchlint: Run, *arguments: str, **options: object) -> list[str]:
    """The findings in concise format, cut before the message."""
    output = torchlint("check", "--output-format", "concise", *arguments, **options).stdout
    return [" ".join(line.split()[:2]) for line in output.splitlines()]


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (CLEAN, (), 0),
        (PITFALL, (), 1),
        (PITFALL, ("--exit-zero",), 0),
        (PITFALL, ("--fail-on", "warning"), 1),
        (PITFALL, ("--fail-on", "error"), 0),
        (PITFALL, ("--ignore", "TLX901"), 0),
        (PITFALL, ("--ignore", "suspicious"), 0),
        (PITFALL, ("--select", "error"), 0),
        ("marker\n", (), 0),
        ("marker\n", ("--extend-select", "TLX902"), 1),
        ("marker\n", ("--extend-select", "strict"), 1),
        ("marker\n", ("--select", "TL"), 0),
        ("x = (\n", (), 2),
        ("x = (\n", ("--exit-zero",), 2),
        (PITFALL, ("--select", "TLX9O1"), 2),
        (PITFALL, ("--target-torch", "new"), 2),
        (PITFALL, ("--no-such-option",), 2),
        (PITFALL, ("--output-format", "xml"), 2),
        (PITFALL, ("--jobs", "0"), 2),
        (PITFALL, ("--config", "missing.toml"), 2),
        (PITFALL, ("missing.py",), 2),
        (PITFALL, ("-", "a.py"), 2),
    ],
)
def test_exit_codes(text: str, arguments: tuple[str, ...], code: int, torchlint: Run) -> None:
    write(a=text)
    paths = () if any(each.endswith("py") or each == "-" for each in arguments) else ("a.py",)
    result = torchlint("check", *arguments, *paths, stdin=None)
    assert result.returncode == code, result.stderr
    if code == 2:
        assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_messages_of_wrong_usage_name_the_nearest(torchlint: Run) -> None:
    Path("pyproject.toml").write_text('[tool.torchlint]\nselekt = ["TL3"]\n')
    result = torchlint("check")
    assert result.stderr.splitlines()[-1].endswith("[tool.torchlint]: unknown key 'selekt'; did you mean 'select'?")
    result = torchlint("check", "--isolated", "--select", "TLX9O1")
    assert result.stderr == "torchlint: --select: unknown rule or group 'TLX9O1'; did you mean 'TLX901'?\n"
    Path("pyproject.toml").write_text('[tool.torchlint]\nignore = ["TLX9O1"]\n')
    for options in ((), ("--ignore", "TLX901")):
        result = torchlint("check", *options)
        assert result.returncode == 2
        assert result.stderr.endswith(
            "pyproject.toml: [tool.torchlint]: ignore: unknown rule or group 'TLX9O1'; did you mean 'TLX901'?\n"
        )


def test_summary_and_plain_text(torchlint: Run) -> None:
    write(a=PITFALL, b=CLEAN)
    output = torchlint("check").stdout
    assert output.splitlines()[-1] == (
        "1 finding (1 warning) in 1 of 2 files. 1 fixable with --fix. To read why: torchlint explain TLX901"
    )
    assert "\x1b" not in output
    assert torchlint("check", "b.py").stdout == "No findings in 1 file.\n"
    assert torchlint("check", "b.py", "--quiet").stdout == ""


def test_color(torchlint: Run) -> None:
    write(a=PITFALL)
    assert "\x1b[" in torchlint("check", "--color", "always").stdout
    assert "\x1b[" not in torchlint("check", "--color", "never").stdout
    torchlint("check", "--color", "always", "--output-file", "report.txt")
    assert "\x1b[" not in Path("report.txt").read_text()


def on_a_terminal(run: Run, *arguments: str, stream: str, env: dict[str, str] | None = None) -> str:
    """What a run writes to a stream that is a terminal."""
    import pty

    ours, theirs = pty.openpty()
    variables = {"TERM": "xterm", "NO_COLOR": "", **(env or {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: theirs}
    run(*arguments, capture_output=False, env=variables, **streams)
    os.close(theirs)
    output = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not chunk:
            break
        output += chunk
    os.close(ours)
    return output.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs Unix")
@pytest.mark.parametrize(
    ("variables", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_color_on_a_terminal(variables: dict[str, str], colored: bool, torchlint: Run) -> None:
    write(a=PITFALL)
    output = on_a_terminal(torchlint, "check", stream="stdout", env=variables)
    assert "TLX901" in output
    assert ("\x1b[" in output) is colored


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs Unix")
@pytest.mark.parametrize(("patience", "quiet", "shown"), [(0, (), True), (1000, (), False), (0, ("--quiet",), False)])
def test_progress_is_shown_on_a_terminal_when_a_run_takes_long(
    patience: int, quiet: tuple[str, ...], shown: bool, run_python: Run
) -> None:
    for number in range(20):
        Path(f"m{number}.py").write_text(CLEAN)
    code = (
        f"from torchlint import console; console._PATIENCE = {patience}\n"
        "from torchlint.cli import cli\n"
        f"cli(['check', *{quiet!r}])"
    )
    assert ("checking" in on_a_terminal(run_python, "-c", code, stream="stderr")) is shown
    assert run_python("-c", code).stderr == ""


def test_statistics(torchlint: Run) -> None:
    write(a=PITFALL * 2 + "y = 41\n")
    output = torchlint("check", "--statistics", "--output-format", "concise").stdout.splitlines()
    assert output[-2:] == ["     2  TLX901 old-spelling", "     1  TLX903 unsafe-number"]
    result = torchlint("check", "--statistics", "--output-format", "json")
    assert len(json.loads(result.stdout)) == 3
    assert "2  TLX901" in result.stderr


def test_output_file(torchlint: Run) -> None:
    write(a=PITFALL)
    result = torchlint("check", "--output-format", "json", "--output-file", "report.json")
    assert (result.returncode, result.stdout) == (1, "")
    assert json.loads(Path("report.json").read_text())[0]["code"] == "TLX901"
    result = torchlint("check", "--output-file", "no/such/folder.txt")
    assert (result.returncode, result.stderr) == (
        2,
        "torchlint: no/such/folder.txt: can't be written: No such file or directory\n",
    )


def test_per_file_ignores(torchlint: Run) -> None:
    write(a=PITFALL, b=PITFALL)
    assert lines(torchlint, "--per-file-ignores", "a.py:TLX9") == ["b.py:1:5: TLX901"]
    Path("pyproject.toml").write_text('[tool.torchlint.per-file-ignores]\n"b.py" = ["suspicious"]\n')
    assert lines(torchlint) == ["a.py:1:5: TLX901"]
    assert len(lines(torchlint, "--isolated")) == 2


def test_a_configuration_and_none_exclude_each_other(torchlint: Run) -> None:
    write(a=PITFALL)
    result = torchlint("check", "a.py", "--isolated", "--config", "pyproject.toml")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "torchlint: --isolated reads no configuration, so --config can't name one\n"


def test_nothing_is_summed_up_where_nothing_was_read(torchlint: Run) -> None:
    result = torchlint("check", "missing.py")
    assert (result.returncode, result.stdout) == (2, "")
    assert "missing.py" in result.stderr


def test_the_configuration_nearest_to_the_paths_counts(torchlint: Run, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "pkg").mkdir(parents=True)
    (project / "pyproject.toml").write_text('[tool.torchlint]\nexclude = ["pkg/old.py"]\nextend-select = ["TLX902"]\n')
    (project / "pkg" / "a.py").write_text("marker\n")
    (project / "pkg" / "old.py").write_text("marker\n")
    assert lines(torchlint, "project/pkg") == ["project/pkg/a.py:1:1: TLX902"]
    assert lines(torchlint, str(project), cwd="/") == [f"{project}/pkg/a.py:1:1: TLX902"]
    assert lines(torchlint, "pkg", "--exclude", "pkg/a.py", cwd=project) == ["pkg/old.py:1:1: TLX902"]
    assert lines(torchlint, "--config", "project/pyproject.toml", "project") == ["project/pkg/a.py:1:1: TLX902"]


def test_standard_input(torchlint: Run) -> None:
    assert lines(torchlint, "-", input=PITFALL) == ["-:1:5: TLX901"]
    assert lines(torchlint, "-", "--stdin-filename", "pkg/a.py", input=PITFALL) == ["pkg/a.py:1:5: TLX901"]
    ignored = ("--per-file-ignores", "pkg/*:TLX901")
    assert lines(torchlint, "-", "--stdin-filename", "pkg/a.py", *ignored, input=PITFALL) == []
    excluded = ("--exclude", "pkg", "--force-exclude")
    assert lines(torchlint, "-", "--stdin-filename", "pkg/a.py", *excluded, input=PITFALL) == []
    crlf = torchlint(
        "check", "-", "--output-format", "json", text=False, input=b"\xef\xbb\xbfx = 1\r\ny = old_call(2)\r\n"
    )
    assert json.loads(crlf.stdout)[0]["line"] == 2


def test_noqa_on_joined_lines(torchlint: Run) -> None:
    write(
        a='x = old_call("""\n""")  # noqa: TLX901\ny = 1 + \\\n    old_call(2)  # noqa\n',
        b="# flake8: noqa\nold_call(1)\n",
    )
    assert torchlint("check").returncode == 0


@pytest.mark.parametrize("arguments", [(), ("--output-format", "json"), ("--output-format", "sarif")])
def test_any_number_of_jobs_gives_the_same_output(arguments: tuple[str, ...], torchlint: Run) -> None:
    for number in range(30):
        Path(f"m{number}.py").write_text(PITFALL * (number % 3) + ("x = (\n" if number == 7 else ""))
    one = torchlint("check", "--jobs", "1", *arguments)
    many = torchlint("check", "--jobs", "3", *arguments)
    assert one.returncode == 2
    assert (one.stdout, one.stderr, one.returncode) == (many.stdout, many.stderr, many.returncode)


def test_a_failing_rule_is_a_warning_and_the_run_goes_on(torchlint: Run) -> None:
    write(a="x = 1\nexplode(1)\n" + PITFALL, b=PITFALL)
    result = torchlint("check", "--output-format", "concise", packs=(PACKS, FAILING_PACK))
    assert result.returncode == 2
    assert result.stderr.startswith("a.py:2:1: rule TLX990 (raises) failed and was left out here: KeyError: ")
    assert len(result.stderr.splitlines()) == 1
    assert [line.split(" ", 2)[:2] for line in result.stdout.splitlines()] == [
        ["a.py:2:1:", "TLX990"],
        ["a.py:3:5:", "TLX901"],
        ["b.py:1:5:", "TLX901"],
    ]


def test_a_failing_rule_raises_in_strict_mode(torchlint: Run) -> None:
    write(a="explode(1)\n")
    result = torchlint("check", packs=(FAILING_PACK,), env={"TORCHLINT_STRICT": "1"})
    assert "KeyError" in result.stderr


def pack(folder: Path, entry_points: str, module: str = "") -> Path:
    """A distribution with entry points, as an installed rule pack has them."""
    info = folder / "other-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[torchlint.rules]\n{entry_points}\n")
    (folder / "other_rules.py").write_text(module)
    return folder


@pytest.mark.parametrize(
    ("entry", "module", "message"),
    [
        ("other = other_rules", "", "rule pack 'other' (other_rules) holds no rule"),
        ("other = other_rules", "import nothing_like_this", "can't be loaded: ModuleNotFoundError"),
        ("other = other_rules", "x = 1 / 0", "can't be loaded: ZeroDivisionError"),
        ("other = missing_rules", "", "can't be loaded: ModuleNotFoundError"),
        (
            "other = other_rules",
            "from toy.tlx901_old_spelling import OldSpelling as B\nclass A(B): pass\n",
            "code TLX901 is claimed by both",
        ),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("rules",), ("explain", "TLX901")])
def test_a_pack_that_does_not_load_is_never_clean(
    command: tuple[str, ...], entry: str, module: str, message: str, torchlint: Run, tmp_path: Path
) -> None:
    result = torchlint(*command, packs=(PACKS, pack(tmp_path / "site", entry, module)))
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_pack_may_be_a_single_module(torchlint: Run, tmp_path: Path) -> None:
    module = (PACKS / "toy" / "tlx901_old_spelling.py").read_text().replace("TLX901", "TLX801")
    assert "TLX801" in torchlint("rules", packs=(pack(tmp_path / "site", "other = other_rules", module),)).stdout


def test_rules_and_explain(torchlint: Run) -> None:
    listed = torchlint("rules").stdout.splitlines()
    assert "TLX901  suspicious  on   old-spelling" in listed
    assert "TLX902  strict      off  bare-marker" in listed
    assert listed == sorted(listed)
    explained = torchlint("explain", "tlx901", "old-spelling").stdout
    assert explained.count("# TLX901 old-spelling") == 2
    assert "## Why is this bad" in explained
    result = torchlint("explain", "TLX9O1")
    assert (result.returncode, result.stderr) == (2, "torchlint: unknown rule 'TLX9O1'; did you mean 'TLX901'?\n")


def test_version(torchlint: Run) -> None:
    from torchlint import __version__

    for arguments in (("--version",), ("check", "--version")):
        assert torchlint(*arguments).stdout == f"torchlint, version {__version__}\n"


def test_no_python_files(torchlint: Run) -> None:
    Path("empty").mkdir()
    result = torchlint("check", "empty")
    assert (result.returncode, result.stderr) == (0, "torchlint: no Python files in empty\n")


@pytest.mark.parametrize("text", [CLEAN, "import torch\nx = torch.zeros(3)\n"])
def test_a_clean_file_imports_nothing_slow(text: str, run_python: Run) -> None:
    write(a=text)
    code = (
        "import sys; from torchlint.cli import cli\n"
        "try: cli(['check', 'a.py'])\n"
        "except SystemExit as end: assert not end.code\n"
        "print(*sorted({'libcst', 'flake8', 'rich', 'torch', 'numpy', 'pathspec', 'multiprocessing'} & sys.modules.keys()))"
    )
    result = run_python("-c", code)
    assert result.stdout.splitlines()[-1] == "", result.stderr


def test_flake8_is_never_imported(run_python: Run) -> None:
    write(a=PITFALL)
    code = (
        "import sys; from torchlint.cli import cli\n"
        "try: cli(['check', 'a.py', '--color', 'always'])\n"
        "except SystemExit: pass\n"
        "print('flake8' in sys.modules)"
    )
    assert run_python("-c", code).stdout.splitlines()[-1] == "False"


def test_help_lists_every_option(torchlint: Run) -> None:
    text = torchlint("check", "--help").stdout
    documented = set(re.findall(r"--[a-z-]+", text))
    assert documented >= {
        "--select", "--ignore", "--extend-select", "--per-file-ignores", "--exclude", "--force-exclude", "--fix",
        "--unsafe-fixes", "--diff", "--output-format", "--output-file", "--statistics", "--exit-zero", "--fail-on",
        "--stdin-filename", "--jobs", "--config", "--isolated", "--target-torch", "--quiet", "--color", "--version",
    }  # fmt: skip
