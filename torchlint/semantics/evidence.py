"""Whether a value is a tensor, and whether it may be a tensor without dimensions. Answers are yes, no or unknown."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

from torchlint.semantics import kinds
from torchlint.semantics.ops.base import words
from torchlint.semantics.values import (
    ATTR,
    BUFFER,
    CALL,
    CONST,
    DICT,
    ELEMENT,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    METHOD,
    MODULE,
    MUTATED,
    PARAM,
    PARAMETER,
    PHI,
    REFINE,
    SHAPE,
    SIZE,
    SLICE,
    SUPER,
    TUPLE,
    Value,
)

_MAX_DEPTH: Final = 40
# Functions whose result is on the device of their first argument (documentation of einops and torch.autograd).
SAME_DEVICE: Final = frozenset(("einops.rearrange", "einops.repeat", "einops.reduce", "torch.autograd.Variable"))
_TENSORS: Final = frozenset(("Tensor", "FloatTensor", "LongTensor", "BoolTensor", "IntTensor", "DoubleTensor"))
# Methods that strings, lists or arrays have too.
_SHARED_METHODS: Final = frozenset(("split", "index", "count", "copy", "type", "item", "tolist", "numpy"))
_TENSOR_ARGUMENTS: Final = frozenset(("input", "target", "weight", "mask", "condition", "index", "tensors", "query"))
_ARITHMETIC: Final = frozenset(("add", "sub", "mul", "div", "floor_divide", "remainder", "pow", "matmul"))
# Results have a dimension at least, whatever the operands.
_DIMENSIONED: Final = frozenset(
    words(
        "arange linspace logspace eye randperm tril_indices triu_indices hann_window hamming_window "
        "blackman_window bartlett_window kaiser_window from_numpy unsqueeze stack cat hstack vstack dstack "
        "flatten diag meshgrid FloatTensor DoubleTensor HalfTensor LongTensor IntTensor ByteTensor BoolTensor "
        "Tensor cumsum cumprod triu tril diff nonzero broadcast_to expand repeat tile outer kron conv1d "
        "conv2d conv3d embedding linear softmax log_softmax one_hot fft ifft rfft irfft layer_norm batch_norm "
        "repeat_interleave"
    )
)
_REDUCTIONS: Final = frozenset(
    words(
        "sum mean prod std var max min amax amin argmax argmin norm median nansum nanmean all any logsumexp "
        "count_nonzero aminmax mode"
    )
)
_SIZED: Final = frozenset(("zeros", "ones", "full", "empty", "rand", "randn", "randint", "view", "reshape"))
_ARRAYS: Final = frozenset(
    f"numpy.{name}"
    for name in [
        "zeros",
        "ones",
        "full",
        "empty",
        "arange",
        "linspace",
        "logspace",
        "eye",
        "identity",
        "stack",
        "concatenate",
        "vstack",
        "hstack",
        "triu",
        "tril",
        "outer",
        "hanning",
        "hamming",
        "meshgrid",
        "diag",
    ]
)


def is_tensor(value: Value, depth: int = 0) -> bool | None:
    """Whether a value is a tensor; a value that is one in some branch counts as one."""
    op = value.op
    if op in (PARAMETER, BUFFER):
        return True
    if op in (LIST, TUPLE, DICT):
        return False
    if op in ("getitem", "setitem") and depth <= _MAX_DEPTH:
        found = is_tensor(value.args["input"], depth + 1)
        return True if found or _used_as_tensor(value) else None
    kind = kinds.of(value)
    if kind == kinds.TENSOR or (op == "type" and "dtype" in value.args):
        return True
    if not kind & kinds.TENSOR:
        return False
    if depth > _MAX_DEPTH:
        return None
    if op == PHI:
        answers = [is_tensor(one, depth + 1) for one in value.data]
        return True if True in answers else None if None in answers else False
    if op in (REFINE, MUTATED):
        return is_tensor(value.args["input"], depth + 1) or _used_as_tensor(value)
    if op in (ITEM, ELEMENT):
        several = not value.args["input"].op.startswith("py.")  # an operation gives several
        return True if several or is_tensor(value.args["input"], depth + 1) else _used_as_tensor(value)
    if op == ATTR:
        return _used_as_tensor(value)
    if op == CALL:
        return _used_as_tensor(value) or _module_result(value)
    if op == PARAM:
        return _first_of_forward(value) or is_annotated(value) or _used_as_tensor(value)
    if value.form == "operator":
        return True if _has_tensor_operand(value, depth + 1) else None
    return _used_as_tensor(value)


def _has_tensor_operand(value: Value, depth: int) -> bool:
    """Whether an operator, or operators that its operands come from, has an operand that is a tensor."""
    pending, seen = [value], {value}
    while pending:
        for operand in pending.pop().args.values():
            if operand in seen:
                continue
            seen.add(operand)
            kind = kinds.of(operand)
            if operand.form == "operator" and kind not in (kinds.TENSOR, kind & ~kinds.TENSOR):
                pending.append(operand)
            elif is_tensor(operand, depth):
                return True
    return False


def is_annotated(parameter: Value) -> bool | None:
    """True for a parameter whose annotation says that it's a tensor, or a tensor or None."""
    return True if _names_tensor(parameter.data.annotation) else None


def _names_tensor(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.rpartition(".")[2] in _TENSORS
    if isinstance(annotation, ast.BinOp):
        return _union((annotation.left, annotation.right))
    if isinstance(annotation, ast.Subscript):
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if getattr(annotation.value, "attr", getattr(annotation.value, "id", "")) in ("Optional", "Union"):
            return _union(inner)
        return len(inner) == 2 and _names_tensor(inner[0])  # jaxtyping: Float[Tensor, "batch channels"]
    return getattr(annotation, "attr", getattr(annotation, "id", "")) in _TENSORS


def _union(members: Sequence[ast.expr]) -> bool:
    others = [one for one in members if not (isinstance(one, ast.Constant) and one.value is None)]
    return bool(others) and all(map(_names_tensor, others))


def _module_result(value: Value) -> bool | None:
    """A module that isn't understood gives a tensor, where its result is used like one."""
    callee = value.args.get("callee")
    if callee is None:
        return None
    if callee.op == GLOBAL:
        return True if callee.data in SAME_DEVICE else None
    attribute = callee.op == ATTR and callee.args["input"].op == INSTANCE
    inherited = callee.op in (ATTR, METHOD) and callee.args["input"].op == SUPER
    if not attribute and not inherited and callee.op not in (MODULE, INSTANCE, PARAM, CALL):
        return None
    return True if any(use.op in _ARITHMETIC and use.form == "operator" for use in value.uses) else None


def is_forward(name: str) -> bool:
    """Whether a method gets the inputs of its module: forward, and what Lightning calls with a batch."""
    return name in ("forward", "__call__") or name.endswith("_step")


def _first_of_forward(value: Value) -> bool | None:
    """The first argument of a module's forward is a tensor, unless it says otherwise."""
    frame = value.frame
    function = frame.function if frame is not None else None
    if function is None or function.cls is None or not is_forward(function.name):
        return None
    if not function.cls.is_module or value.data.annotation is not None or value.data.default is not None:
        return None
    arguments = function.node.args
    names = [*arguments.posonlyargs, *arguments.args]
    return True if len(names) > 1 and names[1] is value.node else None


def _used_as_tensor(value: Value, depth: int = 0) -> bool | None:
    for use in value.uses:
        if use.op in (REFINE, PHI) and depth < 3 and _used_as_tensor(use, depth + 1):
            return True
        if use.op == SHAPE or (use.op == SIZE and use.form == "method"):
            return True
        if use.op.startswith("py."):
            continue
        if use.form in ("method", "property"):
            if use.args.get("input") is value and use.op not in _SHARED_METHODS:
                return True
        elif use.form in ("function", "module") and any(use.args.get(name) is value for name in _TENSOR_ARGUMENTS):
            return True
    return None


def has_no_dimensions(value: Value, depth: int = 0) -> bool | None:
    """Whether a tensor is one without dimensions, which mixes with tensors of every device."""
    memo = value.memo
    if memo is not None and "no dimensions" in memo:
        known: bool | None = memo["no dimensions"]
        return known
    found = _has_no_dimensions(value, depth)
    if depth == 0:  # further down, the answer may be that of the limit
        if memo is None:
            memo = value.memo = {}
        memo["no dimensions"] = found
    return found


def _has_no_dimensions(value: Value, depth: int) -> bool | None:
    op, args = value.op, value.args
    if depth > _MAX_DEPTH:
        return None
    if op == CONST:
        return isinstance(value.data, bool | int | float | complex)
    if op in (REFINE, MUTATED, PARAMETER, BUFFER):
        return has_no_dimensions(args["input"], depth + 1) if "input" in args else None
    if op == PHI:
        known = [
            one for one in value.data if one.op != CONST and not (one.op == ATTR and one.args["input"].op == INSTANCE)
        ]
        return _all([has_no_dimensions(one, depth + 1) for one in known])
    if op == PARAM:
        return False if is_annotated(value) or _first_of_forward(value) else None
    if op == CALL and args.get("callee") is not None:
        return _rearranged(args)
    if op in (ITEM, ELEMENT):
        return _part(args["input"])
    if op.startswith("py."):
        return None
    if op in _DIMENSIONED:
        return False
    if op == "getitem":
        return _indexed(value, depth)
    if op in ("tensor", "as_tensor", "asarray"):
        return _made_of(args.get("data", args.get("obj")))
    if op in _SIZED:
        return _sized(args.get("size", args.get("shape")))
    if op in _REDUCTIONS:
        return _reduced(args, depth)
    return _combined(value, depth)


def _rearranged(args: dict[str, Value]) -> bool | None:
    """The answer for a function of `SAME_DEVICE`: in einops, the right side of the pattern names the axes."""
    callee, pattern = args["callee"], args.get("1")
    if callee.op == GLOBAL and callee.data == "torch.autograd.Variable" and "0" in args:
        return has_no_dimensions(args["0"])
    if callee.op != GLOBAL or not callee.data.startswith("einops.") or pattern is None or pattern.op != CONST:
        return None
    return not str(pattern.data).partition("->")[2].replace("...", "").strip()


def _part(source: Value) -> bool | None:
    """The answer for an element of a tensor, or of the tensors that an operation gives."""
    if source.op in ("meshgrid", "chunk", "split", "tensor_split"):
        return False
    size = source.args.get("size")
    if source.op in _SIZED and size is not None and size.op == TUPLE:
        return len(size.data.content) < 2
    return None


def _all(found: list[bool | None]) -> bool | None:
    if not found or None in found:
        return None
    return True if all(found) else False if not any(found) else None


def _indexed(value: Value, depth: int) -> bool | None:
    index = value.args["index"]
    parts = index.data.content if index.op == TUPLE else (index,)
    if any(part.op == SLICE or (part.op == CONST and part.data in (None, ...)) for part in parts):
        return None if parts[0].op == CONST and parts[0].data is ... and len(parts) > 1 else False
    if any(is_tensor(part) and has_no_dimensions(part, depth + 1) is False for part in parts):
        return False
    return None


def _made_of(data: Value | None) -> bool | None:
    """The answer for torch.tensor(data)."""
    if data is None:
        return None
    if data.op == CONST:
        return isinstance(data.data, bool | int | float | complex)
    if data.op == CALL and data.args["callee"].op == GLOBAL and data.args["callee"].data in _ARRAYS:
        return False
    kind = kinds.of(data)
    if kind == kinds.SEQUENCE:
        return False
    if not kind & (kinds.SEQUENCE | kinds.TENSOR | kinds.OTHER | kinds.NONE):
        return True
    if data.op == PARAM and data.data.default is not None and data.data.default.op in (LIST, TUPLE):
        return False
    return None


def _sized(size: Value | None) -> bool | None:
    if size is None:
        return None
    if size.op in (TUPLE, LIST):
        return not size.data.content
    return False  # one size, or a tuple of sizes that isn't spelled out


def _reduced(args: dict[str, Value], depth: int) -> bool | None:
    keepdim, dim = args.get("keepdim"), args.get("dim")
    if keepdim is not None and keepdim.op == CONST and keepdim.data is True:
        return has_no_dimensions(args["input"], depth + 1) if "input" in args else None
    return True if dim is None and "other" not in args else None


def _combined(value: Value, depth: int) -> bool | None:
    """A pointwise result has the dimensions of the operand that has most."""
    operands = [one for one in value.args.values() if is_tensor(one) is not False]
    found = [has_no_dimensions(one, depth + 1) for one in operands]
    if False in found:
        return False if value.op != "matmul" else None
    return True if found and None not in found else None
