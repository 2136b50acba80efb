"""
## What it does

Finds the name `marker`. It is a rule for tests, off by default, that has no fix.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule

if TYPE_CHECKING:
    from torchlint.context import Context


class BareMarker(Rule):
    code = "TLX902"
    name = "bare-marker"
    group = Group.STRICT
    needs = frozenset({"marker"})

    def check(self, context: Context) -> Iterator[Finding]:
        for node in ast.walk(context.tree):
            if isinstance(node, ast.Name) and node.id == "marker":
                yield context.finding(self, node, "marker is here", withheld="a marker means what it says")
