"""Write the skeleton of a new rule: the rule, two fixtures, and an example with a claim.

    python tools/new_rule.py TL505 shape-mismatch --group error

Then fill them in, in the order that docs/adding-a-rule.md gives. Nothing that exists is overwritten.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from torchlint.rule import Group

ROOT = Path(__file__).parent.parent

RULE = '''"""In one line: what is found.

## What it does

Finds ... (what the code does that it should not).

## Why is this bad

What torch does then: the error message, or the numbers that come out.

## When it stays silent

- what looks alike and is right

## Example

```python
import torch
```

## Use instead

```python
import torch
```

## Fix safety

Safe, since ...; or unsafe, since ... changes.

## References

- [PyTorch's documentation](https://docs.pytorch.org/docs/stable/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule

if TYPE_CHECKING:
    from torchlint.context import Context


class {CLASS}(Rule):
    code = "{CODE}"
    name = "{NAME}"
    group = Group.{GROUP}
    needs = frozenset({{"{WORD}"}})

    def check(self, context: Context) -> Iterator[Finding]:
        for value in context.program.values("{WORD}"):
            if value.node is None:
                continue
            yield context.finding(self, value.node, "what goes wrong, in the user's own names")
'''
FOUND = '''"""What {CODE} must find: every line with a mark, and no other."""

import torch
'''
SILENT = '''"""What looks like {CODE} and is right."""

import torch
'''
PROGRAM = '''"""A short, realistic program with the pitfall."""

import torch


def main():
    return {{"result": torch.zeros(1)}}
'''
PROOF = """[[program]]
file = "program.py"

[[program.claim]]
kind = "raises"
exception = "RuntimeError"
message = "a part of torch's message"

[[program.claim]]
kind = "equal"
names = ["result"]
"""


def skeleton(code: str, name: str, group: Group) -> dict[str, str]:
    """The texts of the new files by their paths in the repository."""
    words = name.split("-")
    stem = f"{code.lower()}_{'_'.join(words)}"
    values = {
        "CLASS": "".join(word.capitalize() for word in words),
        "CODE": code,
        "NAME": name,
        "GROUP": group.name,
        "WORD": words[0],
    }
    texts = {
        f"rules/{stem}.py": RULE,
        f"tests/fixtures/{code.lower()}/found.py": FOUND,
        f"tests/fixtures/{code.lower()}/silent_alike.py": SILENT,
        f"examples/{stem}/program.py": PROGRAM,
        f"examples/{stem}/program.fixed.py": PROGRAM,
    }
    return {path: text.format(**values) for path, text in texts.items()} | {f"examples/{stem}/proof.toml": PROOF}


def problem(code: str, name: str, root: Path) -> str:
    """Why there can be no such rule, or nothing."""
    if not re.fullmatch(r"TLX?\d{3}", code):
        return f"{code}: a code is TL (third parties: TLX) and three digits"
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        return f"{name}: a name is words in lower case with hyphens between them"
    taken = next(iter((root / "rules").glob(f"{code.lower()}_*.py")), None)
    if taken is not None:
        return f"{code} is taken by rules/{taken.name}"
    return ""


def main(arguments: list[str], root: Path) -> int:
    """Write the files, name them, and return the exit code."""
    parser = argparse.ArgumentParser(description="Write the skeleton of a new rule.")
    parser.add_argument("code", help="such as TL505")
    parser.add_argument("name", help="such as shape-mismatch: it names the mistake")
    parser.add_argument("--group", type=Group, choices=list(Group), default=Group.SUSPICIOUS)
    options = parser.parse_args(arguments)
    texts = skeleton(options.code, options.name, options.group)
    reason = problem(options.code, options.name, root)
    existing = [path for path in texts if (root / path).exists()]
    if reason or existing:
        print(reason or f"{existing[0]} exists already", file=sys.stderr)
        return 2
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ROOT))
