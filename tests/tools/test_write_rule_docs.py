"""docs/rules/ is what tools/write_rule_docs.py would write."""

import runpy
from pathlib import Path

from torchlint.registry import load

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "rules"
script = runpy.run_path(str(ROOT / "tools" / "write_rule_docs.py"))


def test_the_pages_are_current() -> None:
    """Otherwise: python tools/write_rule_docs.py"""
    rules = [rule for rule in load() if type(rule).__module__.startswith("torchlint.rules.")]
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")} == script["pages"](rules)


def test_pages_of_rules_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "tl999.md").write_text("old")
    script["write"](tmp_path, {"README.md": "index\n", "tl501.md": "page\n"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "README.md": "index\n",
        "tl501.md": "page\n",
    }
