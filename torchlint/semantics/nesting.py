"""How much a container holds, counted through everything in it: one object held twice counts twice.

Containers in containers may stand for more items than any text is long (`n = [n, n]`, twenty times). Whoever walks them
walks each way to each item, so what holds too much is kept as a container of unknown items.
"""

from __future__ import annotations

from collections.abc import Iterable

from torchlint.semantics.values import CHOICE, DICT, INSTANCE, LIST, MODULE, PHI, SET, TUPLE, Value

MAX_NESTED = 5000
_KEY = "nested"


def weight(value: Value) -> int:
    """The number of values in a container, as far down as it reaches; 1 for everything else."""
    op = value.op
    if op in (TUPLE, LIST, SET):
        return int(value.data.weight)
    if op in (MODULE, INSTANCE):
        children = value.data.children
        return 1 if children is None else int(children.weight)
    if op in (CHOICE, PHI, DICT):
        if value.memo is None:
            value.memo = {}
        known: int | None = value.memo.get(_KEY)
        if known is None:
            if op == DICT:
                held: Iterable[Value] = value.data.content.values()
            else:
                held = value.data if op == PHI else (item for run in value.data for item in run)
            known = value.memo[_KEY] = total(held)
        return known
    return 1


def total(content: Iterable[Value]) -> int:
    """The weight of a container with this content."""
    return 1 + sum(map(weight, content))
