"""The brackets around a place: what stands outside of them has no part in the meaning of what is inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst

    from torchlint.syntax.concrete import Concrete


def bracketed(concrete: Concrete, node: cst.CSTNode, places: Sequence[tuple[int, int]]) -> tuple[int, int, str] | None:
    """The innermost argument, or element of a list or of a tuple in parentheses, that holds all places: its range, and
    a text with `{}` where its own goes and means what it means there. None where no brackets are around it."""
    for outer in concrete.enclosing(node):
        kind = type(outer).__name__
        if kind not in ("Arg", "Element") or bool(getattr(outer, "star", False)):
            continue
        parent = next(concrete.enclosing(outer), None)
        if parent is None or not (type(parent).__name__ in ("Call", "List") or bool(getattr(parent, "lpar", False))):
            continue
        start, end = concrete.whole(outer.value)  # type: ignore[attr-defined]
        if any(first < start or last > end for first, last in places):
            continue
        if kind == "Element":
            return start, end, "[{}\n, 0]"
        return start, end, "f({}\n, 0)" if outer.keyword is None else "f(k={}\n, l=0)"  # type: ignore[attr-defined]
    return None
