"""
## What it does

Finds `old_call(...)`. It is a rule for tests.

## Why is this bad

It isn't.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Edit, Finding, Fix, Group, Rule, Safety

if TYPE_CHECKING:
    from torchlint.context import Context


class OldSpelling(Rule):
    code = "TLX901"
    name = "old-spelling"
    group = Group.SUSPICIOUS
    needs = frozenset({"old_call"})

    def check(self, context: Context) -> Iterator[Finding]:
        assigned = {}
        for node in ast.walk(context.tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned[node.targets[0].id] = node
        for node in ast.walk(context.tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "old_call"):
                continue
            names = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
            because = [context.because(assigned[name], f"{name} is made here") for name in names if name in assigned]
            start, end = context.source.range(node.func)
            fix = Fix("Call new_call()", Safety.SAFE, (Edit(start, end, "new_call"),))
            yield context.finding(self, node, "old_call() is now new_call()", because=because, fix=fix)
