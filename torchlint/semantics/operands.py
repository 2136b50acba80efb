"""How values of the graph hang together: aliases, numbers, operands of operations, and what depends on what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from torchlint.semantics import operations
from torchlint.semantics.dims import MAX_NUMBER, Dim, Opaque, divide, product
from torchlint.semantics.ops.base import Many, Result, Strided
from torchlint.semantics.ops.views import without
from torchlint.semantics.values import (
    BUFFER,
    CHOICE,
    CONST,
    GLOBAL,
    LIST,
    MODULE,
    MUTATED,
    PARAM,
    PARAMETER,
    PHI,
    RANK,
    REFINE,
    SHAPE,
    SIZE,
    TUPLE,
    Value,
)

ALIASES = frozenset((REFINE, MUTATED, PARAMETER, BUFFER))
ARITHMETIC = frozenset(("add", "sub", "mul", "div", "floor_divide", "remainder", "pow", "neg"))
# Operands by their names; every other parameter of an operation is a number, a size or an option.
OPERANDS = frozenset(
    [
        "input",
        "other",
        "tensors",
        "weight",
        "mat1",
        "mat2",
        "batch1",
        "batch2",
        "vec",
        "vec2",
        "index",
        "operands",
        "query",
        "key",
        "value",
        "tensor1",
        "tensor2",
        "condition",
        "min",
        "max",
        "exponent",
        "end",
        "data",
        "mask",
        "target",
        "log_probs",
        "input1",
        "input2",
        "x1",
        "x2",
        "B",
        "b",
        "y",
        "vec1",
        "mat",
        "real",
        "imag",
        "abs",
        "angle",
        "prepend",
        "append",
        "q",
        "elements",
        "indices",
        "grid",
        "atol",
        "rtol",
        "tol",
        "var",
        "values",
        "offsets",
        "anchor",
        "positive",
        "negative",
        "logits",
        "src",
        "tgt",
        "the_template",
        "tensor",
        "pos_weight",
    ]
)
# Parameters that take one number or several.
SEQUENCES = frozenset(("size", "shape", "sizes", "repeats", "dims"))
LEAVES = frozenset((CONST, GLOBAL, MODULE))  # they are no tensors, and depend on nothing
NUMBERS = frozenset((*LEAVES, SIZE, SHAPE, RANK))  # what no layout is computed from
# In-place spellings that change sizes or strides; all others leave them.
RESHAPING = frozenset(
    ("t", "transpose", "squeeze", "unsqueeze", "resize", "resize_as", "swapdims", "set", "addbmm", "as_strided")
)
SPELLINGS = {"axis0": "dim0", "axis1": "dim1"}
FIELDS = {"values": 0, "indices": 1}
_NUMBER_CALLS = frozenset(
    f"{where}.{name}"
    for where, names in (
        ("builtins", "int float len round abs min max sum"),
        ("math", "sqrt ceil floor prod log log2 pow"),
    )
    for name in names.split(" ")
)
NO_TENSORS = frozenset(
    f"py.{word}"
    for word in [
        "const",
        "tuple",
        "list",
        "set",
        "dict",
        "function",
        "class",
        "bound",
        "global",
        "instance",
        "module",
        "super",
        "method",
        "shape",
        "size",
        "rank",
        "gap",
        "choice",
        "compare",
        "unpack",
        "partial",
        "slice",
    ]
)


def part(result: Result | None, index: Any) -> Result | None:
    """One of several results, or of a tensor along its first axis; with index None, what all of them have in common."""
    if isinstance(result, Many):
        return result.item
    if isinstance(result, Strided):
        return without(result, (0,)) if result.rank else None
    if not isinstance(result, tuple):
        return None
    if isinstance(index, int):
        found: Result | None = result[index] if -len(result) <= index < len(result) else None
        return found
    return result[0] if result and all(one == result[0] for one in result) else None


def sizes_only(result: Any) -> Any:
    """A result without its strides: these are the business of `torchlint.semantics.layouts`."""
    if isinstance(result, Strided):
        return result if result.strides is None and result.certain else Strided(result.shape)
    if isinstance(result, Many):
        return Many(sizes_only(result.item), result.count)
    return tuple(sizes_only(one) for one in result)


def origin(value: Value) -> Value:
    """The value that this one is an alias of."""
    while value.op in ALIASES and "input" in value.args:
        value = value.args["input"]
    return value


def is_number(value: Value) -> bool:
    """Whether a value is surely a Python number."""
    seen = 0
    pending = [value]
    while pending:
        seen += 1
        one = pending.pop()
        if one.op == CONST:
            if not isinstance(one.data, int | float):
                return False
        elif one.op in ARITHMETIC and seen < 50:
            pending.extend(one.args[name] for name in ("input", "other", "exponent") if name in one.args)
        elif one.op == PHI and seen < 50:
            pending.extend(one.data)
        elif one.op == PARAM:
            if not _number_parameter(one):
                return False
        elif not (one.op in (SIZE, RANK, "item", "numel") or (one.op == "py.call" and called(one) in _NUMBER_CALLS)):
            return False
    return True


def _number_parameter(value: Value) -> bool:
    annotation = value.data.annotation
    if getattr(annotation, "id", None) in ("int", "float"):
        return True
    default = value.data.default
    return default is not None and default.op == CONST and type(default.data) in (int, float)


def called(value: Value) -> str:
    callee = value.args.get("callee")
    return callee.data if callee is not None and callee.op == GLOBAL else ""


def dependencies(value: Value, known: dict[Value, Any], skipped: frozenset[str] = LEAVES) -> list[Value]:
    """The values that `value` is computed from and that are not in `known`, operands first, itself last.

    Operations in `skipped` are not entered.
    """

    def operands(one: Value) -> Iterable[Value]:
        found = [*one.args.values()]
        if one.op in (TUPLE, LIST):
            found += one.data.content
        elif one.op == CHOICE:
            found += (item for run in one.data for item in run)
        if one.module is not None and one.module.op == MODULE and MODULE in skipped and SIZE not in skipped:
            found += one.module.args.values()
        return [operand for operand in found if operand.op not in skipped]

    return operands_first(value, known, operands)


def operands_first(
    value: Value, known: Mapping[Value, Any], operands: Callable[[Value], Iterable[Value]]
) -> list[Value]:
    """All that `operands` leads to from `value` and that is not in `known`, in the order of computing; itself last."""
    order: list[Value] = []
    entered: set[Value] = set()
    pending = [(value, False)]
    while pending:
        one, done = pending.pop()
        if done:
            order.append(one)
            continue
        if one in known or one in entered:
            continue
        entered.add(one)
        pending.append((one, True))
        pending += [(operand, False) for operand in operands(one) if operand not in known and operand not in entered]
    return order


@cache
def constructor_defaults(name: str) -> Mapping[str, Any]:
    """The constants that a module's constructor takes for what is not given, under the operation's names."""
    kind = operations.module(name)
    if kind is None:
        return {}
    defaults = {one.name: one.default for one in kind.constructor.arguments if not one.required}
    named = {kind.operands.get(name, name): value for name, value in defaults.items()}
    return {name: value for name, value in named.items() if isinstance(value, int | float | str | bool)}


def arithmetic(op: str, left: int | Dim, right: int | Dim) -> int | Dim:
    """Python's arithmetic on sizes. Raises Opaque where the result is no polynomial, or no size that torch can hold."""
    found = _arithmetic(op, left, right)
    if isinstance(found, int) and abs(found) > MAX_NUMBER:
        raise Opaque("the number is too large")
    return found


def _arithmetic(op: str, left: int | Dim, right: int | Dim) -> int | Dim:
    if op == "add":
        return left + right
    if op == "sub":
        return left - right
    if op == "mul":
        return left * right
    if op == "neg":
        return -left
    if op in ("floor_divide", "div"):
        if isinstance(left, int) and isinstance(right, int) and right:
            return left // right
        return divide(left, right)
    if op == "pow" and isinstance(right, int) and 1 <= right <= 3:
        return product([left] * right)
    if op == "remainder" and isinstance(left, int) and isinstance(right, int) and right:
        return left % right
    raise Opaque("not a polynomial")
