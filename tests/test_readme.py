"""The README says what is true: commands, options, settings and hooks exist, and its generated parts are current."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.repository import ROOT
from torchlint.checking import Options
from torchlint.cli import check, cli
from torchlint.registry import load
from torchlint.settings import from_table, validate

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    (kind, body) for _, kind, body in re.findall(r"^( *)```(\w+)\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
]


def blocks(kind: str) -> list[str]:
    return [body for each, body in BLOCKS if each == kind]


def commands() -> list[list[str]]:
    """The arguments of every `torchlint` command in a code block."""
    lines = [line for kind in ("sh", "yaml") for body in blocks(kind) for line in re.split(r"\n|&&", body)]
    found = [re.search(r"(?:^|run: |bin/|\s)torchlint (check|explain|prove|rules)\b(.*)$", line) for line in lines]
    return [shlex.split(match[1] + match[2], comments=True) for match in found if match]


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_commands_are_understood(arguments: list[str]) -> None:
    name, *rest = [each for each in arguments if each != "<"]
    cli.commands[name].make_context(name, rest)


def test_the_install_commands_are_those_of_ci() -> None:
    ci = (ROOT / ".ci" / "run").read_text()
    for command in ("pip install -e '.[test,proof]' -c constraints.txt", "pytest -n auto"):
        assert command in README
        assert command in ci


def test_nothing_is_installed_from_where_it_is_not() -> None:
    """torchlint is on no package index: every way to install it names a copy of the repository."""
    targets = [word for kind in ("sh", "yaml") for body in blocks(kind) for word in _installed(body)]
    assert set(targets) == {".", ".[test,proof]", "./.torchlint", "path/to/torchlint", "flake8"}


def _installed(body: str) -> list[str]:
    lines = re.findall(r"pip install ([^&\n]*)", body)
    return [word for line in lines for word in shlex.split(line.split(" -c ")[0]) if not word.startswith("-")]


def test_settings_are_valid() -> None:
    (body,) = blocks("toml")
    table = tomllib.loads(body)["tool"]["torchlint"]
    validate(from_table(table, where="README"), [rule.code for rule in load()])


def test_json_and_yaml_can_be_read() -> None:
    assert all(json.loads(body) for body in blocks("json"))
    assert all(yaml.safe_load(body) for body in blocks("yaml"))


def test_hooks_exist() -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert hooks.keys() == {"torchlint", "torchlint-fix"}
    shown = next(yaml.safe_load(body) for body in blocks("yaml") if "repos:" in body)
    assert {hook["id"] for hook in shown["repos"][0]["hooks"]} <= hooks.keys()
    for hook in hooks.values():
        name, command, *rest = shlex.split(hook["entry"])
        assert (name, command) == ("torchlint", "check")
        assert check.make_context("check", rest).params["force_exclude"]
        assert hook["require_serial"] is True


def test_every_option_of_the_command_reaches_the_run() -> None:
    names = {parameter.name for parameter in check.params} - {"paths", "version"}
    assert names == set(Options.__dataclass_fields__) - {"stdin"}


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_generated_parts_are_current(tmp_path: Path) -> None:
    """`python tools/readme.py` would change nothing."""
    code = (
        "import runpy, pathlib; m = runpy.run_path('tools/readme.py')\n"
        "text = pathlib.Path('README.md').read_text(encoding='utf-8')\n"
        "assert m['readme'](text) == text, 'README.md'\n"
        "assert m['picture']() == pathlib.Path('docs/terminal.svg').read_text(encoding='utf-8'), 'docs/terminal.svg'\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
