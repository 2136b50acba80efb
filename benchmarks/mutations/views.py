"""TL501: `.reshape(..)` or `.contiguous().view(..)` behind a permute or transpose becomes a bare `.view(..)`.

Certain where the layout of the tensor is, and where every way in which its axes can merge into the wanted shape joins two that
lie apart in memory.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations
from math import prod

from benchmarks.mutations.files import File
from benchmarks.mutations.layouts import POINTWISE, Layout, Sizes, Unclear, layout_of, method, shape
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("reshape", "contiguous")


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The reshapes and contiguous views of a file that follow a permute or transpose."""
    for node in file.nodes:
        found = _reshaped(node)
        if found is None:
            continue
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        receiver, how = found
        if not _moved(file, receiver, 0):
            continue  # nothing to undo
        if "channels_last" in file.source.text:
            yield Dropped("the file uses channels_last")
            continue
        if any(isinstance(one, ast.Try) for one in file.above(node)) or "is_contiguous" in file.source.text:
            yield Dropped("the error may be caught or avoided")
            continue
        sizes = Sizes(file.function(node))
        try:
            layout = layout_of(file, sizes, receiver)
            apart = _all_merges_fail(sizes, layout, shape(node))
        except Unclear as reason:
            yield Dropped(str(reason))
            continue
        if not apart:
            yield Dropped("the axes may merge legally")
            continue
        start, (_, end) = file.source.range(receiver)[1], file.source.range(node.func)
        text = " ".join(file.text(node).split())
        yield Mutant("TL501", f"{how} of {layout.kind}", file, f"{file.scope(node)} {text}", ((start, end, ".view"),))


def _reshaped(node: ast.AST) -> tuple[ast.expr, str] | None:
    """The tensor in front of `.reshape(..)` or `.contiguous().view(..)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args or node.keywords:
        return None
    if node.func.attr == "reshape":
        inner = node.func.value
        return (inner.func.value, "contiguous().reshape") if _is_contiguous(inner) else (inner, "reshape")  # type: ignore[attr-defined]
    if node.func.attr == "view" and _is_contiguous(node.func.value):
        return node.func.value.func.value, "contiguous().view"  # type: ignore[attr-defined]
    return None


def _is_contiguous(node: ast.expr) -> bool:
    return method(node) == "contiguous"


def _moved(file: File, node: ast.expr, depth: int) -> bool:
    """Whether a permute or transpose stands in the straight line of what made a tensor."""
    if method(node) in ("permute", "transpose", "t", "swapaxes", "mT"):
        return True
    if depth > 6:
        return False
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        return origin is not None and origin.value is not None and _moved(file, origin.value, depth + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not file.called(node):
        return node.func.attr in POINTWISE and _moved(file, node.func.value, depth + 1)
    return False


def _all_merges_fail(sizes: Sizes, layout: Layout, wanted: list[ast.expr]) -> bool:
    """Whether every way to merge neighbouring axes into the wanted shape joins axes that lie apart.

    Raises Unclear where no way fits: the view may split axes, or its sizes aren't what they seem.
    """
    values = [sizes.of(part) for part in wanted]
    rank = len(layout.sizes)
    if len(wanted) >= rank:
        raise Unclear("the view keeps or raises the rank")
    if 1 in values:
        raise Unclear("an axis of size 1")
    # Sizes without a name that occurs before may be anything; those with one must be what the axes give.
    fits = list(_groupings(rank, len(wanted)))
    ways = [way for way in fits if _possible(sizes, layout, way, values)]
    if not ways:
        raise Unclear("the wanted shape isn't a merge of the axes")
    return not any(all(_together(layout, group) for group in way) for way in ways)


def _groupings(rank: int, groups: int) -> Iterator[list[range]]:
    for cuts in combinations(range(1, rank), groups - 1):
        edges = (0, *cuts, rank)
        yield [range(edges[i], edges[i + 1]) for i in range(groups)]


def _possible(sizes: Sizes, layout: Layout, way: list[range], values: list[int | None]) -> bool:
    for group, value in zip(way, values, strict=True):
        product = prod(layout.sizes[axis] for axis in group)
        if value is None or value == -1:
            continue
        if value != product and not any(layout.sizes[axis] in sizes.free for axis in group):
            return False
    return True


def _together(layout: Layout, group: range) -> bool:
    return all(layout.strides[a] == layout.strides[a + 1] * layout.sizes[a + 1] for a in group[:-1])
