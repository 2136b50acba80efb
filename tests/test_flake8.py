"""The flake8 plugin: codes, columns, `# noqa`, flake8's options, and [tool.torchlint] beside them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import FAILING_PACK, PACKS, Run
from tests.repository import ROOT
from torchlint.flake8 import Plugin
from torchlint.registry import load

PITFALL = "x = old_call(1)\n"


@pytest.fixture(autouse=True)
def in_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def flake8(run_python: Run, *arguments: str, **options: object) -> list[str]:
    """flake8's lines with torchlint's codes, cut before the message."""
    result = run_python("-m", "flake8", *arguments, **options)
    assert result.stderr == ""
    return [" ".join(line.split()[:2]) for line in result.stdout.splitlines() if " TL" in line]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PITFALL, ["a.py:1:5: TLX901"]),
        ("x = 'é→汉' + old_call(1)\n", ["a.py:1:13: TLX901"]),
        ("\ufeffx = old_call(1)\n", ["a.py:1:5: TLX901"]),
        ("x = 1\r\n\r\ny = old_call(1)\r\n", ["a.py:3:5: TLX901"]),
        ("if x:\n\ty = old_call(1)\n", ["a.py:2:6: TLX901"]),
        ("x = 1\n\x0c\ny = old_call(1)", ["a.py:3:5: TLX901"]),
        ("x = old_call(1)  # noqa\n", []),
        ("x = old_call(1)  # noqa: TLX901\n", []),
        ("x = old_call(1)  # noqa: TL9, E501\n", ["a.py:1:5: TLX901"]),
        ('x = old_call("""\n""")  # noqa: TLX901\n', []),
        ("x = 1 + \\\n    old_call(2)  # noqa: TLX901\n", []),
        ("# flake8: noqa\nx = old_call(1)\n", []),
        ("marker\n", []),
        ("", []),
    ],
)
def test_places_and_noqa_agree_with_the_command_line(
    text: str, expected: list[str], run_python: Run, torchlint: Run
) -> None:
    Path("a.py").write_bytes(text.encode())
    assert flake8(run_python, "a.py") == expected
    output = torchlint("check", "--output-format", "concise", "a.py").stdout
    assert [" ".join(line.split()[:2]) for line in output.splitlines()] == expected


def test_a_declared_encoding(run_python: Run) -> None:
    Path("a.py").write_bytes("# coding: latin-1\nx = 'é' + old_call(1)\n".encode("latin-1"))
    assert flake8(run_python, "a.py") == ["a.py:2:11: TLX901"]


def test_evidence_is_in_the_message(run_python: Run) -> None:
    Path("a.py").write_text("x = 1\ny = old_call(x)\n")
    output = run_python("-m", "flake8", "--select", "TL", "a.py").stdout
    assert output == "a.py:2:5: TLX901 old_call() is now new_call() (line 1: x is made here)\n"


@pytest.mark.parametrize(
    ("arguments", "config", "expected"),
    [
        ((), "", ["TLX901", "TLX903"]),
        (("--select", "TL"), "", ["TLX901", "TLX903"]),
        (("--select", "E,F"), "", []),
        (("--select", "TLX903"), "", ["TLX903"]),
        (("--ignore", "E501"), "", ["TLX901", "TLX903"]),
        (("--ignore", "TLX901"), "", ["TLX903"]),
        (("--extend-ignore", "TL"), "", []),
        (("--extend-select", "TLX902"), "", ["TLX901", "TLX902", "TLX903"]),
        (("--select", "TLX9"), "", ["TLX901", "TLX902", "TLX903"]),
        (("--per-file-ignores", "a.py:TLX901"), "", ["TLX903"]),
        ((), "[flake8]\nignore = E501\n", ["TLX901", "TLX903"]),
        ((), "[flake8]\nextend-select = TLX902\nignore = W503\n", ["TLX901", "TLX902", "TLX903"]),
        ((), "[flake8]\nper-file-ignores =\n    a.py: TLX903\n", ["TLX901"]),
        (("-j", "2"), "", ["TLX901", "TLX903"]),
        (("--disable-noqa",), "", ["TLX901", "TLX903"]),
    ],
)
def test_options_of_flake8(arguments: tuple[str, ...], config: str, expected: list[str], run_python: Run) -> None:
    Path("a.py").write_text("x = old_call(1)\nmarker\ny = 41\n")
    Path("b.py").write_text("z = 1\n")
    Path("setup.cfg").write_text(config)
    assert [line.split()[1] for line in flake8(run_python, *arguments, "a.py", "b.py")] == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('ignore = ["TLX901"]', ["TLX903"]),
        ('extend-select = ["strict"]', ["TLX901", "TLX902", "TLX903"]),
        ('select = ["TLX901"]', ["TLX901"]),
        ('per-file-ignores = { "*.py" = ["error"] }', ["TLX901"]),
        ('exclude = ["a.py"]', []),
        ('exclude = ["b.py"]', ["TLX901", "TLX903"]),
    ],
)
def test_the_project_s_own_table_applies(table: str, expected: list[str], run_python: Run) -> None:
    Path("pyproject.toml").write_text(f"[tool.torchlint]\n{table}\n")
    Path("a.py").write_text("x = old_call(1)\nmarker\ny = 41\n")
    assert [line.split()[1] for line in flake8(run_python, "a.py")] == expected


def test_flake8_and_the_command_line_say_the_same_about_every_fixture(run_python: Run, torchlint: Run) -> None:
    paths = [name for name in ("tests/fixtures", "tests/programs", "examples") if (ROOT / name).is_dir()]
    ours = torchlint("check", "--isolated", "--output-format", "concise", *paths, cwd=ROOT, timeout=600)
    theirs = run_python("-m", "flake8", "--isolated", "--select", "TL", *paths, cwd=ROOT, timeout=600)
    assert ours.stdout.count(" TL") > 50
    assert sorted(theirs.stdout.splitlines()) == sorted(ours.stdout.splitlines())


def test_jobs_give_the_same_output(run_python: Run) -> None:
    for number in range(12):
        Path(f"m{number}.py").write_text(PITFALL * (number % 3))
    one = run_python("-m", "flake8", "-j", "1")
    assert one.stdout.count("TLX901") == 12
    assert run_python("-m", "flake8", "-j", "3").stdout == one.stdout


def test_a_failing_rule_is_code_tl000_on_line_1(run_python: Run) -> None:
    Path("a.py").write_text("x = 1\nexplode(x)\n" + PITFALL)
    packs = (PACKS, FAILING_PACK)
    assert flake8(run_python, "a.py", packs=packs) == ["a.py:1:1: TL000", "a.py:2:1: TLX990", "a.py:3:5: TLX901"]
    message = run_python("-m", "flake8", "--select", "TL000", "a.py", packs=packs).stdout
    assert message.startswith("a.py:1:1: TL000 rule TLX990 (raises) failed and was left out here: KeyError: ")
    assert message.endswith("(at line 2)\n")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('ignroe = ["TL3"]', "pyproject.toml: [tool.torchlint]: unknown key 'ignroe'; did you mean 'ignore'?"),
        (
            'ignore = ["TLX9O1"]',
            "pyproject.toml: [tool.torchlint]: ignore: unknown rule or group 'TLX9O1'; did you mean 'TLX901'?",
        ),
    ],
)
def test_wrong_settings_end_flake8_with_one_line(table: str, message: str, run_python: Run) -> None:
    Path("a.py").write_text(PITFALL)
    Path("pyproject.toml").write_text(f"[tool.torchlint]\n{table}\n")
    result = run_python("-m", "flake8", "a.py")
    assert result.returncode == 1
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_standard_input(run_python: Run) -> None:
    arguments = ("-", "--stdin-display-name", "pkg/a.py")
    assert flake8(run_python, *arguments, input=PITFALL) == ["pkg/a.py:1:5: TLX901"]


def test_a_file_without_any_rule_s_words_costs_no_look_at_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("torchlint.flake8.named_is_excluded", lambda path, settings: asked.append(path))
    monkeypatch.setattr(Plugin, "rules", load())
    for name, text in (("plain.py", "x = 1\n"), ("model.py", "from torch import nn\n")):
        assert not list(Plugin(ast.parse(text), name, [text]).run())
    assert asked == ["model.py"]


def test_the_plugin_says_its_version(run_python: Run) -> None:
    from torchlint import __version__

    assert f"torchlint: {__version__}" in run_python("-m", "flake8", "--version").stdout
    assert (Plugin.name, Plugin.version) == ("torchlint", __version__)
