"""The number of axes of a tensor that comes from outside, from how the code uses it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from torchlint.semantics import array_ranks, kinds
from torchlint.semantics.ops.base import words
from torchlint.semantics.ops.pointwise import BINARY, CASTS, LIKE, UNARY
from torchlint.semantics.values import (
    BUFFER,
    CHOICE,
    CONST,
    ELEMENT,
    LIST,
    MUTATED,
    PARAMETER,
    PHI,
    REFINE,
    SHAPE,
    TUPLE,
    UNPACK,
    Value,
)

MAX_USES = 60
# Results that have as many axes as their first operand.
KEEP_RANK = frozenset(UNARY).union(
    LIKE,
    CASTS,
    words(
        "contiguous softmax log_softmax batch_norm layer_norm group_norm instance_norm linear topk sort cumsum "
        "conv1d conv2d conv3d detach identity flip pad transpose"
    ),
)
# Results of at least as many axes as any of their operands.
_BROADCAST = frozenset(BINARY) | {"masked_fill", "masked_scatter"}
_ALIASES = frozenset((REFINE, MUTATED, PARAMETER, BUFFER))
_AXES = ("dim", "dim0", "dim1", "axis0", "axis1")
_MAX_STEPS = 60
# Modules that accept tensors of one number of axes only (documentation of torch.nn).
MODULE_RANKS = {"BatchNorm2d": 4, "BatchNorm3d": 5}
OPERATION_RANKS = {"t": 2, "T": 2}
# Functions that make a tensor of an array or of nested lists, with the parameter that takes these.
MADE_OF = {"tensor": "data", "as_tensor": "data", "from_numpy": "ndarray"} | {
    f"{kind}Tensor": "size" for kind in ("", "Float", "Double", "Half", "Byte", "Char", "Short", "Int", "Long", "Bool")
}
MATRICES = {"bmm": 3, "mm": 2}  # of all their operands


def annotated_rank(value: Value) -> int | None:
    """The rank that a jaxtyping annotation gives: `Float[Tensor, "batch channels height width"]`."""
    annotation: Any = value.data.annotation
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return None
    parts = annotation.slice.elts
    if len(parts) != 2 or not isinstance(parts[1], ast.Constant) or not isinstance(parts[1].value, str):
        return None
    axes = parts[1].value.split()
    return None if any(axis.startswith("*") or axis == "..." for axis in axes) or not axes else len(axes)


def rank_of_result(value: Value, shape_of: Callable[[Value], tuple[Any, ...] | None]) -> int | None:
    """The rank of some results whose operands' sizes aren't known."""
    if value.op == "stack":
        return rank_of_items(value.args["tensors"], shape_of)
    if value.op == "flatten":
        given = value.args if value.module is None else value.module.args
        start, end = given.get("start_dim"), given.get("end_dim")
        to_the_last = end is None or (end.op == CONST and end.data == -1)
        first = (0 if value.module is None else 1) if start is None else start.data if start.op == CONST else None
        return first + 1 if to_the_last and type(first) is int and first >= 0 else None
    word = MADE_OF.get(value.op)
    source = value.args.get(word) if word is not None else None
    if word == "size" and source is not None:  # of `torch.FloatTensor(data)`, where it is no number
        content: tuple[Value, ...] = source.data.content if source.op == TUPLE else ()
        source = content[0] if len(content) == 1 and kinds.of(content[0]) & ~kinds.INT else value.args.get("data")
    if source is None:
        return None
    rank = array_ranks.of(source)
    return rank_of_items(source, shape_of) if rank is None else rank


def rank_of_items(value: Value, shape_of: Callable[[Value], tuple[Any, ...] | None]) -> int | None:
    """The rank of what torch makes of nested lists of numbers or tensors, however long they are."""
    if value.op in (LIST, TUPLE):
        found = set()
        for item in value.data.content:
            for one in [part for run in item.data for part in run] if item.op == CHOICE else (item,):
                found.add(rank_of_items(one, shape_of))
        rank = found.pop() if len(found) == 1 else None
        return None if rank is None else rank + 1
    if not kinds.of(value) & ~kinds.NUMBER:
        return 0
    shape = shape_of(value)
    return None if shape is None else len(shape)


def rank_from_use(value: Value) -> int | None:
    """The rank that the uses of a value agree on; None if they don't say or contradict each other."""
    found: set[int] = set()
    pending = [value]
    seen = 0
    while pending and seen < MAX_USES:
        one = pending.pop()
        for use in one.uses:
            seen += 1
            if use.op == ELEMENT and one.op.startswith("py."):
                continue  # a part of a tuple says nothing about the tuple, nor about its other parts
            if use.op in (MUTATED, ELEMENT) or (use.op == REFINE and use.data.kind != "rank"):
                pending.append(use)
            elif use.op == SHAPE:
                found.update(_unpacked(use))
            elif use.op in MATRICES and one in use.args.values():
                found.add(MATRICES[use.op])
            elif use.args.get("input") is one:
                rank = _demanded(use)
                if rank is not None:
                    found.add(rank)
                elif use.op in KEEP_RANK:
                    pending.append(use)
    return found.pop() if len(found) == 1 else None


def _unpacked(shape: Value) -> list[int]:
    return [use.data[0] for use in shape.uses if use.op == UNPACK and not use.data[1]]


def _demanded(use: Value) -> int | None:
    """The number of axes that an operation needs its first operand to have."""
    if use.op == "permute":
        dims = use.args.get("dims")
        if dims is not None and dims.op == TUPLE:
            items = dims.data.content
            if len(items) == 1 and items[0].op == TUPLE:
                items = items[0].data.content
            if len(items) > 1 and all(item.op == CONST for item in items):
                return len(items)
        return None
    if use.op == "batch_norm" and use.module is not None and use.module.op == "py.module":
        return MODULE_RANKS.get(use.module.data.name.rpartition(".")[2])
    return OPERATION_RANKS.get(use.op)


def least_rank(value: Value) -> int:
    """How many axes a value has at least, by the axes that its uses name."""
    least = 0
    pending, seen = [value], 0
    while pending and seen < MAX_USES:
        for use in pending.pop().uses:
            seen += 1
            if use.op in (MUTATED, REFINE):
                pending.append(use)
                continue
            named = [use.args[word] for word in _AXES if word in use.args]
            for number in (one.data for one in named if one.op == CONST):
                if isinstance(number, int) and use.op != "unsqueeze":
                    least = max(least, number + 1 if number >= 0 else -number)
            if use.op in KEEP_RANK and use.args.get("input") is not None:
                pending.append(use)
    return least


def rank_at_least(value: Value, shape_of: Callable[[Value], tuple[Any, ...] | None]) -> int:
    """How many axes a tensor has at least, by what it was computed from and by the axes that are named."""
    return _at_least(value, shape_of, {})


def _at_least(value: Value, shape_of: Callable[[Value], tuple[Any, ...] | None], known: dict[Value, int]) -> int:
    if value in known or len(known) > _MAX_STEPS:
        return known.get(value, 0)
    known[value] = 0  # where it depends on itself

    def operand(name: str) -> int:
        return _at_least(value.args[name], shape_of, known) if name in value.args else 0

    shape = shape_of(value)
    op = value.op
    if shape is not None:
        found = len(shape)
    elif op == PHI:
        found = min(_at_least(one, shape_of, known) for one in value.data)
    elif op in _BROADCAST:
        found = max(_at_least(one, shape_of, known) for one in value.args.values())
    elif op in KEEP_RANK or op in _ALIASES:
        found = max(operand("input"), _named(value))
    elif op == "unsqueeze":
        found = max(operand("input") + 1, _named(value))
    elif op == "matmul":
        left, right = operand("input"), operand("other")
        found = max(left, right) - (min(left, right) < 2)  # one without a second axis takes one away
    else:
        found = 0
    known[value] = max(found, 0)
    return known[value]


def _named(value: Value) -> int:
    """How many axes the axes that an operation names ask of its result."""
    numbers = [one.data for word, one in value.args.items() if word in _AXES and one.op == CONST]
    return max((number + 1 if number >= 0 else -number for number in numbers if type(number) is int), default=0)
