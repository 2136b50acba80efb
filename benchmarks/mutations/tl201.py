"""Switches biases on in front of norms of real code, one at a time, and counts how often TL201 notices.

    python benchmarks/mutations/tl201.py DIRECTORY ... [--limit N]

A place is a convolution or linear layer with `bias=False` and a batch or instance norm made on the same line or on the four
lines after it; some stand for other things (a norm behind an activation or an addition, a bias that is read elsewhere), so
that less than all is right. Misses are listed. Nothing is written; torch isn't needed.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torchlint import engine
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

_LAYER = re.compile(r"(nn\.)?(Lazy)?(Conv(Transpose)?[123]d|Linear)")
_NORM = re.compile(r"(nn\.)?(Lazy)?(BatchNorm[123]d|SyncBatchNorm|InstanceNorm[123]d)")
_NEAR = 4  # lines


@dataclass(frozen=True, slots=True)
class Place:
    """A layer without bias in a file."""

    path: Path
    source: Source
    call: ast.Call
    bias: ast.expr

    def mutated(self) -> Source:
        """The file with this bias on."""
        start, end = self.source.range(self.bias)
        return self.source.replaced(self.source.text[:start] + "True" + self.source.text[end:])


def places(path: Path) -> Iterator[Place]:
    """The layers without bias in front of a norm in a file."""
    try:
        source = Source.from_bytes(path.read_bytes(), str(path))
        tree = ast.parse(source.text)
    except (SourceError, SyntaxError, ValueError):
        return
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    norms = [call.lineno for call in calls if _NORM.fullmatch(ast.unparse(call.func).removeprefix("torch."))]
    for call in calls:
        if not norms or not _LAYER.fullmatch(ast.unparse(call.func).removeprefix("torch.")):
            continue
        last = call.end_lineno or call.lineno
        if any(line == call.lineno or last < line <= last + _NEAR for line in norms):
            for keyword in call.keywords:
                if keyword.arg == "bias" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False:
                    yield Place(path, source, call, keyword.value)


def main() -> None:
    """Mutate a sample of the places and print how many are noticed, and which are not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("directories", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=200, help="how many places to try (default 200)")
    options = parser.parse_args()
    rules = [rule for rule in load() if rule.code == "TL201"]
    files = [path for directory in options.directories for path in sorted(directory.rglob("*.py"))]
    found = [place for path in files for place in places(path)]
    sample = random.Random(0).sample(found, min(options.limit, len(found)))
    missed = []
    for place in sample:
        report = engine.check(place.mutated(), Settings(), rules, noqa=False)
        if not any(finding.line == place.call.lineno for finding in report.findings):
            missed.append(f"{place.path}:{place.call.lineno}")
    print(f"noticed {len(sample) - len(missed)} of {len(sample)} places ({len(found)} in all)")
    print("\n".join(sorted(missed)))


if __name__ == "__main__":
    main()
