"""Write docs/rules/: one page a rule, from the docstring of its module, and an index.

    python tools/write_rule_docs.py

A test compares the committed pages with what this would write.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torchlint.documentation import documentation, summary
from torchlint.registry import load
from torchlint.rule import Rule

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """The text of every page by file name."""
    index = [
        "# Rules",
        "",
        "Written by `tools/write_rule_docs.py` from the rules themselves; `torchlint explain CODE` shows the same.",
        "",
        "| code | name | group | by default | what it does |",
        "| --- | --- | --- | --- | --- |",
    ]
    result = {}
    for rule in rules:
        page, state = f"{rule.code.lower()}.md", "on" if rule.group.on_by_default else "off"
        cells = (f"[{rule.code}]({page})", rule.name, rule.group.value, state, summary(rule).replace("|", "\\|"))
        index.append(f"| {' | '.join(cells)} |")
        facts = f"Group: {rule.group.value} ({rule.group.severity.value}), {state} by default."
        result[page] = f"# {rule.code} {rule.name}\n\n{facts}\n\n{documentation(rule)}\n"
    return {"README.md": "\n".join(index) + "\n", **result}


def write(folder: Path, texts: dict[str, str]) -> None:
    """Make `folder` hold exactly these pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER, pages([rule for rule in load() if type(rule).__module__.startswith("torchlint.rules.")]))
