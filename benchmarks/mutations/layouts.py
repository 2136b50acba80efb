"""The layout of a tensor, followed in straight lines from a place where it is torch's default.

Such places are the arguments of a function, matrix products and layers. Sizes become primes: named ones by the shapes that the
code unpacks or views, others freely.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from benchmarks.mutations.files import File, Function

_PRIMES = (
    101,
    103,
    107,
    109,
    113,
    127,
    131,
    137,
    139,
    149,
    151,
    157,
    163,
    167,
    173,
    179,
    181,
    191,
    193,
    197,
    199,
    211,
    223,
)
_FRESH = {"torch.matmul", "torch.bmm", "torch.nn.functional.linear"}
_LAYERS = re.compile(r"torch\.nn\.(Linear|LayerNorm|Embedding)")
_CONVOLUTIONS = re.compile(r"torch\.nn\.Conv(Transpose)?[123]d")  # their results take over a channels-last layout
POINTWISE = {"relu", "exp", "sigmoid", "tanh", "clone", "abs", "float", "half", "sqrt", "neg", "type", "double"}


class Unclear(Exception):
    """The layout or a size isn't known; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The axes of a tensor: sizes and strides in elements; `names` are what each size is called, where it's known."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    kind: str


class Sizes:
    """Integers that stand for the sizes of one function: a prime for every expression that isn't known otherwise."""

    def __init__(self, function: Function | None) -> None:
        self.known: dict[str, int] = {}
        self.free: set[int] = set()  # sizes that no text names: they may be anything
        self._primes = iter(_PRIMES)
        nodes = list(ast.walk(function)) if function is not None else []
        self._bound = Counter(
            node.arg if isinstance(node, ast.arg) else node.id
            for node in nodes
            if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
        )

    def fresh(self) -> int:
        """A prime for a size that has no name."""
        value = next(self._primes, None)
        if value is None:
            raise Unclear("too many sizes")
        self.free.add(value)
        return value

    def of(self, node: ast.expr) -> int | None:
        """The integer that an expression stands for; None where it's neither known nor a product of known ones."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.of(node.operand)
            return -inner if inner is not None else None
        if any(isinstance(part, ast.Name) and self._bound[part.id] > 1 for part in ast.walk(node)):
            return None  # the name has more than one meaning
        text = ast.unparse(node)
        if text in self.known:
            return self.known[text]
        if isinstance(node, ast.BinOp):
            left, right = self.of(node.left), self.of(node.right)
            if left is not None and right is not None:
                if isinstance(node.op, ast.Mult):
                    return left * right
                if isinstance(node.op, ast.FloorDiv) and right and left % right == 0:
                    return left // right
        return None

    def named(self, node: ast.expr) -> int:
        """The same; what isn't known gets a prime of its own from now on."""
        value = self.of(node)
        if value is None:
            value = self.fresh()
            if not any(isinstance(part, ast.Name) and self._bound[part.id] > 1 for part in ast.walk(node)):
                self.known[ast.unparse(node)] = value
                self.free.discard(value)
        return value


def layout_of(file: File, sizes: Sizes, node: ast.expr, depth: int = 0, rank: int | None = None) -> Layout:
    """The layout of a tensor. `rank` is what the code after it says. Raises Unclear."""
    if depth > 12:
        raise Unclear("the tensor comes from far away")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not file.called(node):
        return _method_layout(file, sizes, node, node.func, depth, rank)
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        if origin is None:
            raise Unclear("where the tensor comes from isn't certain")
        if origin.argument is not None and _called_here(file, node):
            raise Unclear("the file itself calls the function, perhaps with another layout")
        unpacked = _unpacked(file, sizes, node)
        if unpacked is not None and rank not in (None, len(unpacked)):
            raise Unclear("the rank isn't known")
        if origin.value is not None and origin.index is None and not _fresh(file, origin.value):
            return layout_of(file, sizes, origin.value, depth + 1, rank)
        if origin.index is not None:
            raise Unclear("the tensor is unpacked from something")
        known = rank if rank is not None or origin.value is None else _rank(file, origin.value, 0)
        return _base(sizes, unpacked, known, "an argument" if origin.value is None else "a new result")
    if _fresh(file, node):
        return _base(sizes, None, rank if rank is not None else _rank(file, node, 0), "a new result")
    raise Unclear("the layout in front of the permute isn't certain")


def _base(sizes: Sizes, shape: tuple[int, ...] | None, rank: int | None, kind: str) -> Layout:
    if shape is not None:
        return _default(shape, kind)
    if rank is None or rank < 1:
        raise Unclear("the rank isn't known")
    return _default(tuple(sizes.fresh() for _ in range(rank)), kind)


def _unpacked(file: File, sizes: Sizes, name: ast.Name) -> tuple[int, ...] | None:
    """The sizes of a local tensor, if its shape is unpacked into names that keep their values until here."""
    function = file.function(name)
    assert function is not None
    here = file.origin(name.id, name)
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or node.lineno > name.lineno:
            continue
        target, value = node.targets[0], node.value
        if not isinstance(target, ast.Tuple) or ast.unparse(value) not in (f"{name.id}.shape", f"{name.id}.size()"):
            continue
        held = value.func.value if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else value
        tensor = held.value if isinstance(held, ast.Attribute) else held
        there = file.origin(name.id, tensor)
        if there is None or here is None or there != here or file.parents[node] not in (*file.above(name),):
            continue
        parts = []
        for part in target.elts:
            if not isinstance(part, ast.Name):
                return None
            later = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == part.id]
            once = sum(not isinstance(n.ctx, ast.Load) for n in later) == 1
            parts.append(sizes.named(part) if once and part.id != "_" else sizes.fresh())
        return tuple(parts)
    return None


def _rank(file: File, node: ast.expr, depth: int) -> int | None:
    """The number of axes of a tensor, by the shape that it was viewed to and what keeps the number."""
    if depth > 12:
        return None
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        known = origin is not None and origin.value is not None and origin.index is None
        return _rank(file, origin.value, depth + 1) if known else None  # type: ignore[union-attr, arg-type]
    if isinstance(node, ast.BinOp):
        sides = [_rank(file, side, depth + 1) for side in (node.left, node.right)]
        if isinstance(node.op, ast.MatMult):
            return _product(sides)
        ranks = [one for one in sides if one is not None]
        number = any(isinstance(side, ast.Constant) for side in (node.left, node.right))
        return max(ranks) if ranks and (number or len(ranks) == 2) else None
    if isinstance(node, ast.Subscript):
        inner = _rank(file, node.value, depth + 1)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        slices = sum(isinstance(part, ast.Slice) for part in parts)
        taken = sum(_integer(part) is not None for part in parts)
        return inner - taken if inner is not None and slices + taken == len(parts) else None
    if not isinstance(node, ast.Call):
        return None
    if file.called(node) in ("torch.matmul", "torch.bmm") and len(node.args) == 2:
        return _product([_rank(file, side, depth + 1) for side in node.args])
    word = method(node)
    if file.called(node) or not isinstance(node.func, ast.Attribute):
        return None
    if word in ("view", "reshape", "permute"):
        first = node.args[0] if node.args else None
        parts = first.elts if len(node.args) == 1 and isinstance(first, ast.Tuple | ast.List) else node.args
        return len(parts) if len(parts) > 1 and not any(isinstance(one, ast.Starred) for one in parts) else None
    keeps = word in POINTWISE | {"transpose", "softmax", "contiguous", "masked_fill", "to", "swapaxes"}
    return _rank(file, node.func.value, depth + 1) if keeps else None


def _product(ranks: Sequence[int | None]) -> int | None:
    """The rank of a matrix product of matrices, or of stacks of them."""
    known = [one for one in ranks if one is not None and one > 1]
    return max(known) if len(known) == len(ranks) else None


def _fresh(file: File, node: ast.expr) -> bool:
    """Whether an expression certainly makes a tensor in the default layout."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    if not isinstance(node, ast.Call):
        return False
    if file.called(node) in _FRESH:
        return True
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr in ("matmul", "bmm", "contiguous") and not file.called(node):
        return True
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self":
        owner = file.owner(node)
        stores = [
            one.value
            for one in (ast.walk(owner) if owner is not None else ())
            if isinstance(one, ast.Assign)
            and any(isinstance(target, ast.Attribute) and target.attr == func.attr for target in one.targets)
        ]
        if len(stores) != 1:
            return False
        kind = file.called(stores[0])
        return bool(_LAYERS.fullmatch(kind)) or (
            bool(_CONVOLUTIONS.fullmatch(kind)) and len(node.args) == 1 and _plain(file, node.args[0], 0)
        )
    return False


def _method_layout(
    file: File, sizes: Sizes, node: ast.Call, func: ast.Attribute, depth: int, rank: int | None
) -> Layout:
    if _fresh(file, node) and func.attr != "contiguous":
        return _base(sizes, None, rank if rank is not None else _rank(file, node, 0), "a new result")
    if func.attr == "contiguous":
        inner = layout_of(file, sizes, func.value, depth + 1, rank)
        return _default(inner.sizes, "a contiguous copy")
    if func.attr in POINTWISE:
        return layout_of(file, sizes, func.value, depth + 1, rank)
    if func.attr == "permute":
        first = node.args[0] if len(node.args) == 1 else None
        parts = first.elts if isinstance(first, ast.Tuple | ast.List) else node.args
        axes = [_integer(part) for part in parts]
        if not axes or None in axes or rank not in (None, len(axes)):
            raise Unclear("the axes of the permute aren't written out")
        order = [axis % len(axes) for axis in axes if axis is not None]
        inner = layout_of(file, sizes, func.value, depth + 1, len(axes))
        if len(inner.sizes) != len(order) or sorted(order) != list(range(len(order))):
            raise Unclear("the rank isn't known")
        return _permuted(inner, order)
    if func.attr in ("transpose", "swapaxes", "t"):
        pair = [0, 1] if func.attr == "t" else [_integer(part) for part in node.args]
        if len(pair) != 2 or None in pair:
            raise Unclear("the axes of the permute aren't written out")
        inner = layout_of(file, sizes, func.value, depth + 1, 2 if func.attr == "t" else rank)
        ranked = range(len(inner.sizes))
        one, other = (axis for axis in pair if axis is not None)
        if not all(-len(ranked) <= axis < len(ranked) for axis in (one, other)):
            raise Unclear("the rank isn't known")
        swap = {one % len(ranked): other % len(ranked), other % len(ranked): one % len(ranked)}
        order = [swap.get(axis, axis) for axis in ranked]
        return _permuted(inner, order)
    if func.attr in ("view", "reshape"):
        parts = shape(node)
        if not isinstance(func.value, ast.Name | ast.Call):
            raise Unclear("the layout in front of the permute isn't certain")
        # What is viewed has the default layout, or the view is of an argument or a layer's result.
        if not _plain(file, func.value, depth):
            raise Unclear("the layout in front of the permute isn't certain")
        values = [sizes.fresh() if _integer(part) == -1 else sizes.named(part) for part in parts]
        if any(value <= 1 for value in values) or any(_may_be_one(file, part, 0) for part in parts):
            raise Unclear("an axis of size 1")
        return _default(tuple(values), "a view")
    raise Unclear("the layout in front of the permute isn't certain")


def _may_be_one(file: File, node: ast.expr, depth: int) -> bool:
    """Whether a size is an argument whose default is 1, or an attribute that holds one."""
    if isinstance(node, ast.Constant):
        return node.value == 1
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        if origin is not None and origin.argument is not None:
            return _default_is_one(file.function(node), node.id)
        if origin is None or origin.value is None or origin.index is not None or depth > 4:
            return False
        return _may_be_one(file, origin.value, depth + 1)
    owner = file.owner(node)
    if not isinstance(node, ast.Attribute) or owner is None or depth > 4:
        return False
    stores = [
        one.value
        for one in ast.walk(owner)
        if isinstance(one, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == node.attr for target in one.targets)
    ]
    return any(_may_be_one(file, value, depth + 1) for value in stores)


def _default_is_one(function: Function | None, name: str) -> bool:
    if function is None:
        return False
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    defaults += [(one, value) for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    return any(one.arg == name and isinstance(value, ast.Constant) and value.value == 1 for one, value in defaults)


def _permuted(layout: Layout, order: list[int]) -> Layout:
    sizes, strides = (tuple(part[axis] for axis in order) for part in (layout.sizes, layout.strides))
    return Layout(sizes, strides, layout.kind)


def _plain(file: File, node: ast.expr, depth: int) -> bool:
    """Whether a tensor is certainly in the default layout (arguments count as such)."""
    if depth > 12:
        return False
    if _fresh(file, node):
        return True
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        if origin is None or origin.index is not None:
            return False
        if origin.value is None:
            return not _called_here(file, node)
        return _plain(file, origin.value, depth + 1)
    return method(node) in ("view", "reshape", "contiguous") and _plain(file, node.func.value, depth + 1)  # type: ignore[attr-defined]


def _default(sizes: tuple[int, ...], kind: str) -> Layout:
    return Layout(sizes, tuple(prod(sizes[axis + 1 :]) for axis in range(len(sizes))), kind)


def _called_here(file: File, node: ast.AST) -> bool:
    """Whether the function around a node is called by its name, so that its arguments are the file's own."""
    function = file.function(node)
    return function is not None and function.name in file.called_names


def _integer(node: ast.expr) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _integer(node.operand)
        return -inner if inner is not None else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def method(node: ast.expr) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def shape(call: ast.Call) -> list[ast.expr]:
    """The wanted sizes of a view. Raises Unclear."""
    first = call.args[0]
    parts = list(first.elts) if len(call.args) == 1 and isinstance(first, ast.Tuple | ast.List) else list(call.args)
    if any(isinstance(one, ast.Starred) for one in parts):
        raise Unclear("the wanted shape isn't written out")
    if len(parts) == 1 and not isinstance(parts[0], ast.Constant | ast.UnaryOp):
        raise Unclear("the wanted shape isn't written out")
    return parts
