"""
## What it does

Finds the integer 41. It is a rule for tests, with an unsafe fix.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Edit, Finding, Fix, Group, Rule, Safety

if TYPE_CHECKING:
    from torchlint.context import Context


class UnsafeNumber(Rule):
    code = "TLX903"
    name = "unsafe-number"
    group = Group.ERROR
    needs = frozenset({"41"})

    def check(self, context: Context) -> Iterator[Finding]:
        for node in ast.walk(context.tree):
            if isinstance(node, ast.Constant) and node.value == 41:
                fix = Fix("Write 42", Safety.UNSAFE, (Edit(*context.source.range(node), "42"),))
                yield context.finding(self, node, "41 is one short", fix=fix)
