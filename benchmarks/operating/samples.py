"""The calls in torch's own databases of operators and modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

from benchmarks.operating.calls import Call

OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "true_divide": "/", "div": "/", "floor_divide": "//", "remainder": "%", "pow": "**",
    "matmul": "@", "bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^", "bitwise_left_shift": "<<",
    "bitwise_right_shift": ">>", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
REFLECTED = {
    "__radd__": "+", "__rsub__": "-", "__rmul__": "*", "__rdiv__": "/", "__rmod__": "%", "__rpow__": "**", "__rand__": "&",
    "__ror__": "|", "__rxor__": "^", "__rmatmul__": "@",
}  # fmt: skip
PROPERTIES = frozenset(("T", "H", "mT", "mH", "real", "imag"))
# The database hands their arguments over in another order than torch takes them in.
SWAPPED = frozenset(("nn.functional.embedding", "nn.functional.embedding_bag"))
DTYPES = (
    torch.float32, torch.float64, torch.int64, torch.bool, torch.uint8, torch.int32, torch.complex64, torch.float16,
    torch.bfloat16, torch.complex128, torch.int8, torch.int16,
)  # fmt: skip


@cache
def operations() -> dict[str, list[Any]]:
    """The entries of the database by the name of the operation."""
    found: dict[str, list[Any]] = {}
    for info in op_db:
        found.setdefault(info.name, []).append(info)
    return found


@cache
def modules() -> dict[str, Any]:
    """The entries of the database of modules, by the name of the class."""
    return {f"torch.{info.name}": info for info in module_db}


def resolve(name: str) -> Any:
    """The function that a qualified name means, or None."""
    found: Any = torch
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return found


def spellings(name: str, method: bool = True) -> list[tuple[str, str]]:
    """The ways to spell an operation of the database: (form, callee)."""
    if name in REFLECTED:
        return [("reflected", REFLECTED[name])]
    if name == "__getitem__":
        return [("subscript", "")]
    found = []
    if callable(resolve(f"torch.{name}")):
        found.append(("function", f"torch.{name}"))
    if name in PROPERTIES:
        found.append(("property", name))
    short = name.rpartition(".")[2]
    if method and name not in PROPERTIES and (short == name or name.startswith(("linalg.", "special."))):
        found += [("method", short)] if callable(getattr(torch.Tensor, short, None)) else []
        found += [("inplace", f"{short}_")] if callable(getattr(torch.Tensor, f"{short}_", None)) else []
    found += [("operator", OPERATORS[name])] if name in OPERATORS else []
    return found


def _arranged(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments as torch takes them, from how the database's own wrappers take them."""
    if name in SWAPPED:
        return (args[1], args[0], *args[2:]), kwargs
    if name == "einsum":
        return (args[1], *args[0]), kwargs
    if name == "where" and len(args) == 3:
        return (args[1], args[0], args[2]), kwargs
    if name in (
        "broadcast_tensors",
        "block_diag",
        "cartesian_prod",
        "meshgrid",
        "atleast_1d",
        "atleast_2d",
        "atleast_3d",
    ):
        first = args[0] if isinstance(args[0], list | tuple) else (args[0],)
        return (*first, *args[1:]), kwargs
    return args, kwargs


def of_operation(name: str, dtypes: Iterable[torch.dtype] = DTYPES) -> Iterator[Call]:
    """Every sample input of an operation, in every spelling that torch has."""
    for info in operations()[name]:
        for dtype in dtypes:
            if dtype not in info.supported_dtypes("cpu"):
                continue
            for sample in info.sample_inputs("cpu", dtype, requires_grad=False):
                args, kwargs = _arranged(name, (sample.input, *sample.args), sample.kwargs)
                for form, callee in spellings(name):
                    yield Call(name, form, callee, args, kwargs)


def errors_of_operation(name: str) -> Iterator[Call]:
    """Every input of an operation that torch is expected to refuse."""
    for info in operations()[name]:
        if info.error_inputs_func is None:
            continue
        for error in info.error_inputs("cpu"):
            sample = error.sample_input
            args, kwargs = _arranged(name, (sample.input, *sample.args), sample.kwargs)
            for form, callee in spellings(name)[:1]:
                yield Call(name, form, callee, args, kwargs)


def of_module(name: str) -> Iterator[Call]:
    """Every sample input of a module, in training and in evaluation."""
    info = modules()[name]
    for training in (True, False):
        for sample in info.module_inputs_func(
            info, device="cpu", dtype=torch.float32, requires_grad=False, training=training
        ):
            made = sample.constructor_input
            given = sample.forward_input
            if given is None:
                continue
            call = Call(
                name, "module", name, tuple(given.args), dict(given.kwargs), (tuple(made.args), dict(made.kwargs))
            )
            yield replace(call, training=training)
