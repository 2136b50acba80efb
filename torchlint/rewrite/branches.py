"""Branches that exclude each other: one test picked a value, and the same test, asked again, leads where it is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torchlint.semantics.blocks import Blocks
from torchlint.semantics.values import Value


def excludes(blocks: Blocks, joined: Value, chosen: Value, later: Value) -> bool:
    """Whether `later` runs only where `joined`, the result of a branch, isn't `chosen`."""
    owner, frame = joined.node, joined.frame
    if not isinstance(owner, ast.If | ast.IfExp) or later.node is None:
        return False
    if frame is None or any(value.frame is not frame for value in (*joined.data, later)):
        return False
    around = [(block, field) for block, field in blocks.path(later.node) if isinstance(block, ast.If)]
    side = _side(blocks, owner, joined, chosen) if around else None
    if side is None:
        return False
    known = {ast.dump(test): holds for test, holds in _shown(owner.test, side) if _is_stable(test)}
    for block, field in around:
        if block is owner:
            continue
        for test, holds in _shown(block.test, field == "body"):
            names = [part.id for part in ast.walk(test) if isinstance(part, ast.Name)]
            kept = all(frame.lookup_at(name, joined.time) is frame.lookup_at(name, later.time) for name in names)
            if kept and known.get(ast.dump(test), holds) is not holds:
                return True
    return False


def _side(blocks: Blocks, owner: ast.If | ast.IfExp, joined: Value, chosen: Value) -> bool | None:
    """The answer to the test with which `joined` is `chosen`: what was made before the branch belongs to the other side."""
    own = _made_in(blocks, owner, chosen)
    if own is not None:
        return own
    others = {_made_in(blocks, owner, one) for one in joined.data if one is not chosen}
    other = others.pop() if len(others) == 1 else None
    return None if other is None else not other


def _made_in(blocks: Blocks, owner: ast.If | ast.IfExp, value: Value) -> bool | None:
    if value.node is None:
        return None
    if isinstance(owner, ast.If):
        return next((field == "body" for block, field in blocks.path(value.node) if block is owner), None)
    return next(
        (side for side, part in ((True, owner.body), (False, owner.orelse)) if _contains(part, value.node)), None
    )


def _contains(outer: ast.expr, node: ast.AST) -> bool:
    return any(part is node for part in ast.walk(outer))


def _shown(test: ast.expr, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What the answer to a test says about its parts."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _shown(test.operand, not holds)
    elif isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is holds:
        for part in test.values:
            yield from _shown(part, holds)
    else:
        yield test, holds


def _is_stable(test: ast.expr) -> bool:
    """Whether a test gives the same answer as long as its names hold the same."""
    return not any(isinstance(part, ast.Call | ast.NamedExpr | ast.Await) for part in ast.walk(test))
