"""The skeleton of a rule is complete, loads, and overwrites nothing."""

import ast
import runpy
from pathlib import Path

import pytest

from torchlint.documentation import HEADINGS, sections
from torchlint.proof.claims import load

ROOT = Path(__file__).parent.parent.parent
new_rule = runpy.run_path(str(ROOT / "tools" / "new_rule.py"))["main"]


def test_the_skeleton_is_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_rule(["TL505", "shape-mismatch", "--group", "error"], tmp_path) == 0
    written = capsys.readouterr().out.split()
    assert sorted(written) == sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    rule = tmp_path / "rules" / "tl505_shape_mismatch.py"
    docstring = ast.get_docstring(ast.parse(rule.read_text()))
    assert [heading for heading in sections(docstring or "") if heading] == list(HEADINGS)
    (found,) = (value for value in runpy.run_path(str(rule)).values() if getattr(value, "code", "") == "TL505")
    assert (found.__name__, found.name, found.group.value) == ("ShapeMismatch", "shape-mismatch", "error")
    (program,) = load(tmp_path / "examples" / "tl505_shape_mismatch" / "proof.toml")
    assert {program.file, program.fixed_file} == {"program.py", "program.fixed.py"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["TL55", "shape-mismatch"], "a code is TL"),
        (["TL505", "ShapeMismatch"], "a name is words in lower case"),
        (["TL501", "other"], "TL501 is taken by rules/tl501_view.py"),
        (["TL505", "shape-mismatch"], "tests/fixtures/tl505/found.py exists already"),
    ],
)
def test_what_cannot_be_a_new_rule(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("rules/tl501_view.py", "tests/fixtures/tl505/found.py"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("here first")
    assert new_rule(arguments, tmp_path) == 2
    assert message in capsys.readouterr().err
    assert {path.read_text() for path in tmp_path.rglob("*.py")} == {"here first"}
