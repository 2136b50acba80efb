"""The notes as programs: torch asserts every statement, and docs/notes.md lists each of them."""

import ast
import re
import runpy
from collections import Counter
from pathlib import Path

import pytest

from torchlint import engine
from torchlint.proof.examples import marks
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source

ROOT = Path(__file__).parent.parent
PROGRAMS = sorted((ROOT / "examples" / "notes").glob("*.py"))
names = pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)


def statements(program: Path) -> list[str]:
    """The functions that a program's main() calls: one for each statement of the notes."""
    tree = ast.parse(program.read_text(encoding="utf-8"))
    (main,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main")
    calls = [node.func for node in ast.walk(main) if isinstance(node, ast.Call)]
    return [f"{program.name}::{function.id}" for function in calls if isinstance(function, ast.Name)]


@names
def test_torch_confirms_every_statement(program: Path) -> None:
    pytest.importorskip("torch")
    runpy.run_path(str(program), run_name="__main__")


@names
def test_every_function_is_called(program: Path) -> None:
    """A statement that main() forgets would be confirmed by nobody."""
    tree = ast.parse(program.read_text(encoding="utf-8"))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} <= used


@names
def test_only_the_marked_lines_are_reported(program: Path) -> None:
    """By any rule, also by those that are off by default. The correct splits, merges and patches stay silent."""
    source = Source.from_bytes(program.read_bytes(), program.name)
    rules = [rule for rule in load() if type(rule).__module__.startswith("torchlint.rules.")]
    report = engine.check(source, Settings(select=tuple(rule.code for rule in rules)), rules)
    assert report.problems == ()
    assert Counter((finding.line, finding.code) for finding in report.findings) == marks(source.text)


def test_the_table_lists_every_statement_once() -> None:
    listed = re.findall(r"`(\w+\.py::\w+)`", (ROOT / "docs" / "notes.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(name for program in PROGRAMS for name in statements(program))
