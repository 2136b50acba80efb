"""Make the README's generated parts: the picture of terminal output, the list of rules, the tables of proof and speed.

Run in the repository's root after a rule, an output format, a proof or a benchmark has changed: `python tools/readme.py`.
The picture holds what `torchlint check` prints for the file that the README names in `PICTURED`.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from torchlint.documentation import summary
from torchlint.registry import load

PICTURED = (
    "examples/tl101_unregistered_buffer/positions.py",
    "examples/tl301_manual_softmax/attention_pooling.py",
    "examples/tl501_view_on_non_contiguous/attention.py",
)
WIDTH = 112


def picture() -> str:
    """The output of `torchlint check` on the pictured examples, as an SVG image."""
    command = ["check", "--color", "always", *PICTURED]
    environment = os.environ | {"COLUMNS": str(WIDTH)}
    output = subprocess.run(
        [sys.executable, "-m", "torchlint", *command], env=environment, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"$ torchlint check {' '.join(PICTURED)}\n{output}".rstrip()))
    svg = console.export_svg(title="torchlint", unique_id="torchlint")
    # Not every viewer keeps the leading spaces of a text by itself.
    return svg.replace("<text ", '<text xml:space="preserve" ').rstrip() + "\n"


def rules_table() -> str:
    """The list of torchlint's own rules."""
    rows = [
        f"| [{rule.code}](docs/rules/{rule.code.lower()}.md) | {rule.name} | {rule.group} | {summary(rule)} |"
        for rule in load()
        if "X" not in rule.code
    ]
    return "\n".join(["| Code | Name | Group | Finds |", "| --- | --- | --- | --- |", *rows])


def proof_table() -> str:
    """The first table of docs/proof.md: that of the programs."""
    page = Path("docs/proof.md").read_text(encoding="utf-8").partition("\n## ")[0]
    return "\n".join(line for line in page.splitlines() if line.startswith("|"))


def speed_table() -> str:
    """The table of docs/benchmarks.md that has all packages side by side."""
    page = Path("docs/benchmarks.md").read_text(encoding="utf-8")
    return page.partition("<!-- short table: generated -->\n")[2].partition("\n<!-- short table: end -->")[0]


def replaced(text: str, name: str, content: str) -> str:
    """The README with the part between two marks replaced."""
    mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", flags=re.DOTALL)
    return mark.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def readme(text: str) -> str:
    """The README with its generated parts made anew."""
    for name, content in (("rules", rules_table()), ("proof", proof_table()), ("speed", speed_table())):
        text = replaced(text, name, content)
    return text


def main() -> None:
    """Write the README and the picture."""
    Path("docs/terminal.svg").write_text(picture(), encoding="utf-8", newline="\n")
    path = Path("README.md")
    path.write_text(readme(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
