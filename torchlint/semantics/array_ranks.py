"""The number of axes of numpy arrays, as far as tensors made of them take it over."""

from __future__ import annotations

from torchlint.semantics import kinds
from torchlint.semantics.values import (
    ATTR,
    CALL,
    CHOICE,
    CONST,
    GLOBAL,
    ITEM,
    LIST,
    METHOD,
    MUTATED,
    PHI,
    REFINE,
    SLICE,
    TUPLE,
    Value,
)

# By the size that is their first argument, or by their arguments' number.
_SIZED = frozenset(("zeros", "ones", "empty", "full", "random.random", "random.random_sample"))
_SIZE_AT = {"random.randint": 2, "random.uniform": 2, "random.normal": 2, "random.choice": 1, "random.binomial": 2}
_BY_COUNT = frozenset(("random.rand", "random.randn"))
_FIXED = {"arange": 1, "linspace": 1, "eye": 2, "identity": 2, "bincount": 1, "random.permutation": 1, "ravel": 1}
_LIKE = frozenset(
    ("array", "asarray", "ascontiguousarray", "copy", "zeros_like", "ones_like", "empty_like", "full_like")
)
_KEEP = frozenset(("astype", "copy", "clone", "setitem", "sort", "T", REFINE, MUTATED))
_POINTWISE = frozenset(
    ("add", "sub", "mul", "div", "remainder", "floor_divide", "pow", "eq", "ne", "lt", "le", "gt", "ge")
)
_REDUCING = frozenset(("argmax", "argmin", "sum", "mean", "max", "min", "any", "all"))


def of(value: Value, depth: int = 12) -> int | None:
    """The rank of an array; None where it isn't known, or `value` isn't known to be numpy's."""
    if depth == 0:
        return None
    op = value.op
    if op == CALL:
        return _call(value, depth)
    if op in _KEEP:
        return of(value.args["input"], depth - 1)
    if op in _POINTWISE:
        return _pointwise(value, depth)
    if op in _REDUCING:
        return _reduced(value, value.args.get("dim"), depth)
    if op == ITEM and "index" not in value.args:
        rank = of(value.args["input"], depth - 1)
        return rank - 1 if rank else None
    if op == "getitem":
        return _indexed(value, depth)
    if op in ("flatten", "ravel") and "start_dim" not in value.args:
        return 1 if of(value.args["input"], depth - 1) is not None else None
    if op == PHI:
        found = {of(one, depth - 1) for one in value.data}
        return found.pop() if len(found) == 1 else None
    return None


def _call(value: Value, depth: int) -> int | None:
    callee = value.args["callee"]
    if callee.op in (ATTR, METHOD):
        if callee.data in _KEEP:
            return of(callee.args["input"], depth - 1)
        return 1 if callee.data in ("flatten", "ravel") and of(callee.args["input"], depth - 1) is not None else None
    if callee.op != GLOBAL or not callee.data.startswith("numpy."):
        return None
    name, first = callee.data[6:], value.args.get("0")
    if name in _FIXED:
        return _FIXED[name]
    if name in _BY_COUNT:
        return sum(word.isdigit() for word in value.args) if value.form != "inexact" else None
    if name in _SIZED:
        return _sized(value.args.get("shape") or value.args.get("size") or first)
    if name in _SIZE_AT:
        return _sized(value.args.get("size") or value.args.get(str(_SIZE_AT[name])))
    if first is None:
        return None
    if name in _LIKE:
        return _nested(first, depth)
    if name in ("repeat", "tile") and len(value.args) == 3 and "1" in value.args:
        once = _nested(first, depth) == 1 and not kinds.of(value.args["1"]) & ~kinds.INT
        return 1 if name == "repeat" or once else None
    if name in ("concatenate", "stack", "hstack") and first.op in (LIST, TUPLE) and first.data.content:
        ranks = {of(one, depth - 1) for one in first.data.content}
        rank = ranks.pop() if len(ranks) == 1 else None
        return rank + (name == "stack") if rank is not None else None
    if name in ("argmax", "argmin"):
        rank = of(first, depth - 1)
        axis = value.args.get("axis") or value.args.get("1")
        return rank - 1 if rank and axis is not None and _is_int(axis) and "keepdims" not in value.args else None
    return None


def _sized(size: Value | None) -> int | None:
    if size is None:
        return None
    if size.op in (TUPLE, LIST):
        return len(size.data.content) if size.data.exact else None
    return 1 if not kinds.of(size) & ~kinds.INT else None


def _nested(source: Value, depth: int) -> int | None:
    """The rank of `numpy.array(source)`."""
    if source.op not in (LIST, TUPLE):
        return 0 if not kinds.of(source) & ~kinds.NUMBER else of(source, depth - 1)
    found: set[int | None] = set()
    for item in source.data.content:
        for one in [part for run in item.data for part in run] if item.op == CHOICE else (item,):
            found.add(_nested(one, depth - 1) if depth > 1 else None)
    inner = found.pop() if len(found) == 1 else None
    return None if inner is None else inner + 1


def _pointwise(value: Value, depth: int) -> int | None:
    ranks = []
    for word in ("input", "other", "exponent"):
        operand = value.args.get(word)
        if operand is not None and kinds.of(operand) & ~kinds.NUMBER:
            ranks.append(of(operand, depth - 1))
    known = [rank for rank in ranks if rank is not None]
    return max(known) if known and len(known) == len(ranks) else None


def _reduced(value: Value, axis: Value | None, depth: int) -> int | None:
    rank = of(value.args["input"], depth - 1)
    if not rank or axis is None or not _is_int(axis) or "keepdim" in value.args:
        return None
    return rank - 1


def _indexed(value: Value, depth: int) -> int | None:
    rank, index = of(value.args["input"], depth - 1), value.args["index"]
    if rank is None:
        return None
    parts = index.data.content if index.op == TUPLE else (index,)
    arrays = 0
    for part in parts:
        if not kinds.of(part) & ~kinds.INT:
            rank -= 1
        elif part.op == CONST and part.data is None:
            rank += 1
        elif part.op != SLICE:
            array = of(part, depth - 1)
            if array is None or part.op in _POINTWISE - {"remainder", "floor_divide", "add", "sub", "mul"} or arrays:
                return None  # a mask takes as many axes as it has
            arrays += 1
            rank += array - 1
    return rank if rank >= 0 else None


def _is_int(value: Value) -> bool:
    return value.op == CONST and type(value.data) is int
