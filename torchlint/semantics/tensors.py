"""Whether a value is a torch tensor at all: numpy arrays and other objects share many method names with tensors."""

from __future__ import annotations

import ast
from functools import cache

from torchlint.semantics import operations
from torchlint.semantics.operands import ARITHMETIC, is_number
from torchlint.semantics.values import (
    ATTR,
    CALL,
    ELEMENT,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    MODULE,
    MUTATED,
    PARAM,
    PARAMETER,
    PHI,
    REFINE,
    TUPLE,
    Value,
)

MAX_STEPS = 60
# Methods of tensors that numpy arrays, pandas objects, lists and strings don't have.
TENSOR_METHODS = frozenset(
    [
        "unsqueeze",
        "permute",
        "softmax",
        "log_softmax",
        "sigmoid",
        "relu",
        "contiguous",
        "cuda",
        "cpu",
        "detach",
        "masked_fill",
        "expand",
        "expand_as",
        "narrow",
        "chunk",
        "unbind",
        "backward",
        "numpy",
        "half",
        "bfloat16",
        "index_select",
        "gather",
        "scatter",
        "scatter_add",
        "matmul",
        "bmm",
        "mm",
        "addmm",
        "view_as",
        "type_as",
        "requires_grad_",
        "new_zeros",
        "new_ones",
        "new_full",
        "new_tensor",
        "masked_select",
        "topk",
        "unfold",
        "flip",
        "float",
        "long",
        "tanh",
        "movedim",
        "unflatten",
        "baddbmm",
        "to",
        "logsumexp",
        "argsort_",
        "zero_",
        "fill_",
        "add_",
        "mul_",
        "sub_",
        "div_",
        "clamp_",
        "eq",
        "ne",
        "pow",
        "exp",
        "log",
        "sqrt",
        "rsqrt",
        "is_contiguous",
        "data_ptr",
        "numel",
        "element_size",
        "storage",
        "is_cuda",
        "requires_grad",
        "grad",
    ]
) - frozenset(["to", "pow", "eq", "ne", "flip", "exp", "log", "sqrt", "tanh", "argsort_", "expand"])


# Methods that modules have too, and those that they don't have.
_SHARED = frozenset(("bfloat16", "cpu", "cuda", "double", "float", "half", "requires_grad_", "to", "type"))
OWN_METHODS = TENSOR_METHODS - _SHARED


def is_tensor(value: Value, methods: frozenset[str] = TENSOR_METHODS, *, guess: bool = True) -> bool | None:
    """True if a value is surely a torch tensor, False if it surely is none, None if nothing shows it.

    `methods`: what shows by being called that an object is a tensor. `guess`: take what has a method of tensors for one
    if what the method gives is one; other objects (a decoder with a method `argmax`) may have such methods too.
    """
    pending = [value]
    seen: set[Value] = set()
    while pending and len(seen) < MAX_STEPS:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        answer = _evident(one, methods)
        if answer is False:
            return False if one is value else None
        if answer:
            return True
        if one.op == PHI and not guess:
            if all(is_tensor(each, methods, guess=False) for each in one.data):
                return True
            continue
        pending.extend(_as_much_a_tensor(one, guess))
    return None


def _evident(value: Value, methods: frozenset[str]) -> bool | None:
    if value.form in ("function", "module") and not value.op.startswith("py."):
        return True
    if value.op == PARAMETER or (value.op == ATTR and _is_tensor_attribute(value)):
        return True
    if value.op == ITEM and _is_listed_by_a_module(value):
        return True
    if value.op == PARAM and value.data is not None and _tensor_annotation(value.data.annotation):
        return True
    if value.op in ("py.const", "py.tuple", "py.list", "py.dict", "py.function", "py.class", MODULE, GLOBAL):
        return False
    if value.form == "method" and _gives_no_tensor(value.op):
        return False
    if value.op == "py.call":
        callee = value.args.get("callee")
        if (
            callee is not None
            and callee.op == GLOBAL
            and callee.data.partition(".")[0] in ("numpy", "jax", "tensorflow")
        ):
            return False
    if any(use.op == CALL and use.args.get("callee") is value for use in value.uses):
        return False  # tensors can't be called
    for use in value.uses:
        if use.args.get("input") is value and use.form == "method":
            if _spelling(use.node) in methods or ("memory_format" in use.args and use.op not in _SHARED):
                return True
            if use.op == "view" and "size" in use.args and _takes_sizes(use.args["size"]):
                return True
        if (
            use.form in ("function", "module")
            and operations.method(use.op) is not None
            and not use.op.startswith("py.")
        ):
            return True
    return None


@cache
def _gives_no_tensor(op: str) -> bool:
    """Whether a method gives something else than tensors: a number, a list, an array."""
    operation = operations.method(op)
    return operation is not None and all(one.result in ("int", "bool", "none", "other") for one in operation.overloads)


def _is_tensor_attribute(value: Value) -> bool:
    """Whether an attribute is a gradient, or a parameter of a torch module (None where it has none)."""
    owner = value.args.get("input")
    if value.data == "grad":
        return True
    kind = operations.module(owner.data.name) if owner is not None and owner.op == MODULE else None
    return kind is not None and value.data in kind.parameters


def _is_listed_by_a_module(value: Value) -> bool:
    """Whether a value is an item of `module.parameters()` or `module.buffers()`."""
    call = value.args.get("input")
    callee = call.args.get("callee") if call is not None and call.op == CALL else None
    if callee is None or callee.op != ATTR or callee.data not in ("parameters", "buffers"):
        return False
    owner = callee.args["input"]
    if owner.op == INSTANCE:
        return owner.data.cls.is_module is True
    annotation = owner.data.annotation if owner.op == PARAM and owner.data is not None else None
    name = getattr(annotation, "attr", getattr(annotation, "id", ""))
    return owner.op == MODULE or name == "Module" or operations.module(f"torch.nn.{name}") is not None


def _as_much_a_tensor(value: Value, guess: bool) -> list[Value]:
    """Other values that are tensors exactly if this one is."""
    if value.op in (REFINE, MUTATED, ELEMENT) or value.form in ("method", "operator", "property"):
        source = value.args.get("input")
        related = [] if source is None else [source]
    else:
        related = list(value.data) if value.op == PHI else []
    for use in value.uses:
        if use.args.get("input") is value and (use.op in (REFINE, MUTATED) or (guess and use.form == "method")):
            related.append(use)
    return [one for one in related if not one.op.startswith("py.size")]


def _takes_sizes(size: Value) -> bool:
    """Whether a `view` is given sizes: numpy's takes a dtype."""
    if size.op in (TUPLE, LIST):
        return len(size.data.content) != 1 or size.data.content[0].op != GLOBAL
    return is_number(size) or (size.op in ARITHMETIC and any(is_number(one) for one in size.args.values()))


def _spelling(node: ast.AST | None) -> str:
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else ""


def _tensor_annotation(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.split("[")[0].split(".")[-1] in ("Tensor", "FloatTensor", "LongTensor")
    if isinstance(annotation, ast.BinOp):
        return _tensor_annotation(annotation.left) or _tensor_annotation(annotation.right)
    if isinstance(annotation, ast.Subscript):
        inner = (
            annotation.slice.elts[0]
            if isinstance(annotation.slice, ast.Tuple) and annotation.slice.elts
            else annotation.slice
        )
        return _tensor_annotation(inner) if isinstance(inner, ast.expr) else False
    name = getattr(annotation, "attr", getattr(annotation, "id", ""))
    return name in ("Tensor", "FloatTensor", "LongTensor", "BoolTensor")
