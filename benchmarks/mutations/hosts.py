"""Whether an expression of a constructor is a tensor on the host, with dimensions, by its own text and local names."""

from __future__ import annotations

import ast

from benchmarks.mutations.files import File, Function

_SIZED = {"zeros", "ones", "empty", "rand", "randn"}
_MAKERS = {
    "arange", "linspace", "logspace", "eye", "hann_window", "hamming_window", "blackman_window", "kaiser_window", "randperm",
    "full", "randint", "triu_indices", "tril_indices",
}  # fmt: skip
# Functions and methods that keep the device and give at least one axis if they get one.
KEEPING = {
    "exp", "log", "sqrt", "rsqrt", "abs", "neg", "pow", "sin", "cos", "tan", "mul", "div", "add", "sub", "flip", "triu", "tril",
    "cumsum", "cumprod", "clone", "contiguous", "float", "double", "half", "long", "int", "bool", "unsqueeze", "repeat", "expand",
    "flatten", "t", "transpose", "permute", "clamp", "floor", "ceil", "round", "sigmoid", "softmax", "log2", "detach", "type",
    "expand_as", "repeat_interleave", "outer", "ger", "cat", "stack", "concat", "square", "reciprocal", "roll", "tile",
    "bfloat16", "requires_grad_", "mul_", "div_", "add_", "sub_", "fill_", "normal_", "uniform_", "zero_", "masked_fill",
}  # fmt: skip
_DTYPES = {
    f"torch.{name}"
    for name in (
        "float",
        "float32",
        "float64",
        "float16",
        "bfloat16",
        "long",
        "int64",
        "int32",
        "int",
        "bool",
        "uint8",
        "double",
        "half",
    )
}
ATTRIBUTES = {"T", "mT"}


def is_host(file: File, node: ast.expr, depth: int = 0) -> bool | None:
    """True for a tensor with dimensions that is certainly on the host; False for a number; None where nothing is certain."""
    if depth > 8:
        return None
    if isinstance(node, ast.Constant):
        return False if isinstance(node.value, int | float) else None
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        if origin is None or origin.value is None or origin.index is not None:
            return None
        return is_host(file, origin.value, depth + 1)
    if isinstance(node, ast.UnaryOp):
        return is_host(file, node.operand, depth + 1)
    if isinstance(node, ast.BinOp):
        sides = [is_host(file, node.left, depth + 1), is_host(file, node.right, depth + 1)]
        plain = [_numeric(file, side) for side in (node.left, node.right)]
        if any(side is None and not number for side, number in zip(sides, plain, strict=True)):
            return None
        return True in sides
    if isinstance(node, ast.Subscript):
        return True if _keeps_rank(node.slice) and is_host(file, node.value, depth + 1) else None
    if isinstance(node, ast.Attribute):
        return is_host(file, node.value, depth + 1) if node.attr in ATTRIBUTES else None
    return _call(file, node, depth) if isinstance(node, ast.Call) else None


def _call(file: File, node: ast.Call, depth: int) -> bool | None:
    if any(one.arg in (None, "device", "out") for one in node.keywords) or any(
        isinstance(one, ast.Starred) for one in node.args
    ):
        return None
    name = file.called(node)
    if name.startswith("torch."):
        return _function(file, node, name.removeprefix("torch."), depth)
    if isinstance(node.func, ast.Name) and not name:
        return _helper(file, node.func.id, depth)
    if not isinstance(node.func, ast.Attribute) or name:
        return None
    attr, receiver = node.func.attr, node.func.value
    if attr in ("to", "type"):
        given = [*node.args, *(one.value for one in node.keywords)]
        return is_host(file, receiver, depth + 1) if all(file.qualified(one) in _DTYPES for one in given) else None
    if attr in ("view", "reshape"):
        return is_host(file, receiver, depth + 1) if node.args else None
    if attr in KEEPING and is_host(file, receiver, depth + 1) is True:
        return True if all(_numeric(file, one) or is_host(file, one, depth + 1) for one in node.args) else None
    return None


def _function(file: File, node: ast.Call, name: str, depth: int) -> bool | None:
    first = node.args[0] if node.args else None
    if name in _SIZED | {"full", "randint"}:
        sizes = [one for one in node.args if name not in ("full", "randint")] or [
            one for one in node.args if isinstance(one, ast.Tuple | ast.List)
        ]
        empty = isinstance(sizes[0], ast.Tuple | ast.List) and not sizes[0].elts if sizes else True
        return None if empty else True
    if name in _MAKERS:
        return True
    if name in ("tensor", "Tensor", "FloatTensor", "LongTensor"):
        if isinstance(first, ast.List | ast.Tuple):
            return True if first.elts else None
        return True if isinstance(first, ast.ListComp) else None
    if name in KEEPING and first is not None:
        parts = list(first.elts) if isinstance(first, ast.List | ast.Tuple) else [first]
        known = [is_host(file, part, depth + 1) for part in parts]
        rest = all(_numeric(file, one) or is_host(file, one, depth + 1) for one in node.args[1:])
        return True if known and all(one is True for one in known) and rest else None
    return None


def _helper(file: File, name: str, depth: int) -> bool | None:
    """A function of the file whose every result is such a tensor."""
    found = [one for one in file.nodes if isinstance(one, Function) and one.name == name]
    if len(found) != 1 or found[0] not in file.tree.body or found[0].decorator_list:
        return None
    results = [one for one in ast.walk(found[0]) if isinstance(one, ast.Return)]
    inner = [one for one in ast.walk(found[0]) if isinstance(one, Function | ast.Lambda) and one is not found[0]]
    if not results or inner or any(one.value is None for one in results):
        return None
    return True if all(is_host(file, one.value, depth + 1) is True for one in results if one.value) else None


def _numeric(file: File, node: ast.expr) -> bool:
    """Whether an expression is made of numbers, plain names and `math` alone."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float)
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        if origin is not None and origin.argument is not None:
            note = ast.unparse(origin.argument.annotation) if origin.argument.annotation else ""
            return "Tensor" not in note
        return origin is not None and origin.value is not None and origin.index is None and _numeric(file, origin.value)
    if isinstance(node, ast.Attribute):
        return file.qualified(node).startswith("math.") or (
            isinstance(node.value, ast.Name) and node.value.id == "self" and _number_attribute(file, node)
        )
    if isinstance(node, ast.BinOp):
        return _numeric(file, node.left) and _numeric(file, node.right)
    if isinstance(node, ast.UnaryOp):
        return _numeric(file, node.operand)
    if isinstance(node, ast.Call):
        plain = isinstance(node.func, ast.Name) and node.func.id in ("int", "float", "len", "max", "min", "round")
        return plain or file.called(node).startswith("math.")
    return False


def _number_attribute(file: File, node: ast.Attribute) -> bool:
    """`self.dim` that holds an argument or a number, as the only thing that the class puts there."""
    owner = file.owner(node)
    stores = [
        one.value
        for one in (ast.walk(owner) if owner is not None else ())
        if isinstance(one, ast.Assign)
        and any(isinstance(t, ast.Attribute) and t.attr == node.attr for t in one.targets)
    ]
    return len(stores) == 1 and not isinstance(stores[0], ast.Attribute) and _numeric(file, stores[0])


def _keeps_rank(index: ast.expr) -> bool:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(
        isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value in (None, Ellipsis))
        for part in parts
    )
