"""Undoes the registration of buffers in real code, one at a time, and counts how often TL101 notices.

    python benchmarks/mutations/tl101.py DIRECTORY ...

Each `self.register_buffer("name", value, ..)` of a directory becomes `self.name = value` in a copy of its file, and the
file is checked. Not every such change is a pitfall: a tensor made on a given device, one without dimensions, one that's
only an index or a shape, or that forward assigns, is rightly left alone; the list of places says which were noticed.
Nothing is written; torch isn't needed.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torchlint import engine
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source, SourceError


@dataclass(frozen=True, slots=True)
class Place:
    """A call of register_buffer, and the buffer's name and value."""

    path: Path
    source: Source
    call: ast.Expr
    name: str
    value: ast.expr

    @property
    def device_given(self) -> bool:
        """Whether the value's own text says on which device it is made."""
        text = ast.unparse(self.value)
        return "device" in text or "**" in text or ".new_" in text

    def mutated(self) -> Source:
        """The file with a plain attribute in place of the buffer."""
        start, end = self.source.range(self.call)
        text = self.source.text
        plain = f"self.{self.name} = ({self.source.segment(self.value)})"
        return self.source.replaced(text[:start] + plain + text[end:])


def places(directory: Path) -> Iterator[Place]:
    """All buffers in a directory that are registered under a constant name with a value other than None."""
    for path in sorted(directory.rglob("*.py")):
        data = path.read_bytes()
        if b"register_buffer(" not in data:
            continue
        try:
            source = Source.from_bytes(data, str(path))
            tree = ast.parse(source.text)
        except (SourceError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                call = node.value
                if ast.unparse(call.func) != "self.register_buffer" or len(call.args) < 2:
                    continue
                name, value = call.args[:2]
                if isinstance(name, ast.Constant) and not isinstance(value, ast.Constant):
                    yield Place(path, source, node, str(name.value), value)


def main() -> None:
    """Check every place and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", type=Path)
    rules = [rule for rule in load() if rule.code == "TL101"]
    counts: Counter[tuple[str, bool]] = Counter()
    for directory in parser.parse_args().directories:
        for place in places(directory):
            report = engine.check(place.mutated(), Settings(), rules, noqa=False)
            noticed = any(f"`self.{place.name}`" in finding.message for finding in report.findings)
            counts["device given" if place.device_given else "on the host", noticed] += 1
            print("noticed" if noticed else "silent ", f"{place.path}:{place.call.lineno}", place.name, flush=True)
    for kind in ("on the host", "device given"):
        print(f"{kind}: {counts[kind, True]} of {counts[kind, True] + counts[kind, False]} noticed")


if __name__ == "__main__":
    main()
