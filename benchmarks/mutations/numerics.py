"""Undoes what is right in real code, one place at a time, and counts how often the numerics rules notice.

    python benchmarks/mutations/numerics.py DIRECTORY ... [--limit N]

Each call of softmax, log_softmax, logsumexp or logsigmoid in the directories is written out by hand in a copy of its file
(`F.softmax(x, dim=1)` becomes `torch.exp(x) / torch.exp(x).sum(1, keepdim=True)`), and the file is checked. A place counts
as found if the expected code is reported on its lines. Nothing is written; torch isn't needed.
"""

from __future__ import annotations

import argparse
import ast
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torchlint import engine
from torchlint.registry import load
from torchlint.rewrite import RewriteRule
from torchlint.settings import Settings
from torchlint.source import Source, SourceError

_CODES = {"softmax": "TL301", "log_softmax": "TL302", "logsumexp": "TL303", "logsigmoid": "TL304"}
_FORMS = {
    "softmax": ("(torch.exp({x}) / torch.exp({x}).sum({dim}, keepdim=True))",),
    "log_softmax": ("torch.log(torch.softmax({x}, {dim}))", "{x}.softmax({dim}).log()"),
    "logsumexp": ("torch.log(torch.exp({x}).sum({dim}{keep}))", "{x}.exp().sum({dim}{keep}).log()"),
    "logsigmoid": ("torch.log(torch.sigmoid({x}))", "{x}.sigmoid().log()"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A call in a file, and what it is replaced by."""

    path: Path
    source: Source
    call: ast.Call
    word: str
    text: str

    def mutated(self) -> Source:
        """The file with the call written out."""
        start, end = self.source.range(self.call)
        return self.source.replaced(self.source.text[:start] + self.text + self.source.text[end:])


def places(directory: Path) -> Iterator[Place]:
    """All calls in a directory that can be written out: with an operand, and an axis where one is needed."""
    for path in sorted(directory.rglob("*.py")):
        data = path.read_bytes()
        if not any(word.encode() in data for word in _CODES):
            continue
        try:
            source = Source.from_bytes(data, str(path))
            tree = ast.parse(source.text)
        except (SourceError, SyntaxError):
            continue
        imported = "import torch" in source.text
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _CODES
                and imported
            ):
                text = _written_out(source, node)
                if text is not None:
                    yield Place(path, source, node, node.func.attr, text)


def _written_out(source: Source, call: ast.Call) -> str | None:
    assert isinstance(call.func, ast.Attribute)
    word = call.func.attr
    owner = source.segment(call.func.value)
    positional = list(call.args)
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if any(isinstance(one, ast.Starred) for one in positional) or named.keys() - {"dim", "keepdim", "input"}:
        return None
    if owner in ("torch", "F", "nn.functional", "torch.nn.functional"):
        operand = named.get("input") or (positional.pop(0) if positional else None)
        if operand is None:
            return None
        x = source.segment(operand)
    elif owner in ("self", "cls"):
        return None  # a module or method that is only called so
    else:
        x, operand = owner, call.func.value
    axis = named.get("dim") or (positional.pop(0) if positional else None)
    keep = named.get("keepdim") or (positional.pop(0) if positional else None)
    if positional or (axis is None) != (word == "logsigmoid"):
        return None
    form = _FORMS[word][len(x) % len(_FORMS[word])]
    if form.startswith("{x}") and not isinstance(operand, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        form = _FORMS[word][0]
    dim = "" if axis is None else source.segment(axis)
    return form.format(x=x, dim=dim, keep="" if keep is None else f", keepdim={source.segment(keep)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("directories", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=40, help="places for each operation, drawn with a fixed seed")
    arguments = parser.parse_args()
    rules = [rule for rule in load() if isinstance(rule, RewriteRule)]
    by_word: dict[str, list[Place]] = {word: [] for word in _CODES}
    for directory in arguments.directories:
        for place in places(directory):
            by_word[place.word].append(place)
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for word, all_places in by_word.items():
        sample = random.Random(0).sample(all_places, min(arguments.limit, len(all_places)))
        for place in sample:
            report = engine.check(place.mutated(), Settings(), rules, noqa=False)
            first, last = place.call.lineno, place.call.end_lineno or place.call.lineno
            hit = any(one.code == _CODES[word] and first <= one.line <= last for one in report.findings)
            tried[word] += 1
            found[word] += hit
            if not hit:
                print(f"missed {_CODES[word]} {place.path}:{first}: {' '.join(place.text.split())}")
    for word in _CODES:
        print(f"{_CODES[word]}: {found[word]} of {tried[word]} found ({len(by_word[word])} places)")


if __name__ == "__main__":
    main()
