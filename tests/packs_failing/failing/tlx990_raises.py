"""
## What it does

Raises at every call of `explode()`. It is a rule for tests.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule

if TYPE_CHECKING:
    from torchlint.context import Context


class Raises(Rule):
    code = "TLX990"
    name = "raises"
    group = Group.ERROR
    needs = frozenset({"explode"})

    def check(self, context: Context) -> Iterator[Finding]:
        for node in ast.walk(context.tree):
            if isinstance(node, ast.Call):
                yield context.finding(self, node, "found before the failure")
                raise KeyError("explode\nand more")
