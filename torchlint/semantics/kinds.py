"""Kinds of Python objects, as torch's argument parser tells them apart, and which of them a value may be.

A set of kinds is an int with one bit a kind; all bits set (`ANY`) where nothing is known.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Final

from torchlint.semantics import values
from torchlint.semantics.values import Value

TENSOR: Final = 1
INT: Final = 2
TRUE: Final = 4
FALSE: Final = 8
FLOAT: Final = 16
COMPLEX: Final = 32
STR: Final = 64
NONE: Final = 128
SEQUENCE: Final = 256
DTYPE: Final = 512
DEVICE: Final = 1024
LAYOUT: Final = 2048
MEMORY_FORMAT: Final = 4096
OTHER: Final = 8192
ANY: Final = 16383
BOOL: Final = TRUE | FALSE
NUMBER: Final = INT | FLOAT | BOOL | COMPLEX

_NAMES = {
    "tensor": TENSOR,
    "int": INT,
    "bool": BOOL,
    "true": TRUE,
    "false": FALSE,
    "float": FLOAT,
    "complex": COMPLEX,
    "str": STR,
    "none": NONE,
    "sequence": SEQUENCE,
    "dtype": DTYPE,
    "device": DEVICE,
    "layout": LAYOUT,
    "memory_format": MEMORY_FORMAT,
    "other": OTHER,
    "any": ANY,
}
DTYPES: Final = {
    "torch." + name: canonical
    for canonical, names in {
        "float16": "float16 half",
        "float32": "float32 float",
        "float64": "float64 double",
        "bfloat16": "bfloat16",
        "complex32": "complex32 chalf",
        "complex64": "complex64 cfloat",
        "complex128": "complex128 cdouble",
        "uint8": "uint8",
        "uint16": "uint16",
        "uint32": "uint32",
        "uint64": "uint64",
        "int8": "int8",
        "int16": "int16 short",
        "int32": "int32 int",
        "int64": "int64 long",
        "bool": "bool",
        "float8_e4m3fn": "float8_e4m3fn",
        "float8_e5m2": "float8_e5m2",
    }.items()
    for name in names.split()
}
_GLOBALS = dict.fromkeys(DTYPES, DTYPE) | {
    "torch.strided": LAYOUT,
    "torch.sparse_coo": LAYOUT,
    "torch.sparse_csr": LAYOUT,
    "torch.contiguous_format": MEMORY_FORMAT,
    "torch.channels_last": MEMORY_FORMAT,
    "torch.channels_last_3d": MEMORY_FORMAT,
    "torch.preserve_format": MEMORY_FORMAT,
}
_BY_OPERATION = {
    values.SIZE: INT,
    values.RANK: INT,
    values.SHAPE: SEQUENCE,
    values.TUPLE: SEQUENCE,
    values.LIST: SEQUENCE,
    values.SET: OTHER,
    values.DICT: OTHER,
    values.FUNCTION: OTHER,
    values.CLASS: OTHER,
    values.BOUND: OTHER,
    values.MODULE: OTHER,
    values.SUPER: OTHER,
    values.METHOD: OTHER,
    values.INSTANCE: OTHER | TENSOR,
}
_BY_CALLEE = {
    "torch.device": DEVICE,
    "builtins.int": INT,
    "builtins.len": INT,
    "builtins.float": FLOAT,
    "builtins.bool": BOOL,
    "builtins.str": STR,
    "builtins.complex": COMPLEX,
    "builtins.list": SEQUENCE,
    "builtins.tuple": SEQUENCE,
    "random.random": FLOAT,
    "random.uniform": FLOAT,
    "random.gauss": FLOAT,
    "random.randint": INT,
    "random.randrange": INT,
    "math.sqrt": FLOAT,
    "math.log": FLOAT,
    "math.exp": FLOAT,
    "math.floor": INT,
    "math.ceil": INT,
}
_BY_ATTRIBUTE = {"device": DEVICE, "dtype": DTYPE, "shape": SEQUENCE}
_BY_ANNOTATION = {"Tensor": TENSOR, "int": INT, "bool": BOOL, "str": STR, "dtype": DTYPE, "device": DEVICE}
# Operators that may have been applied to numbers, strings or lists just as well.
_OPERATORS = frozenset(
    ["add", "sub", "mul", "div", "floor_divide", "remainder", "pow", "matmul", "neg", "positive", "bitwise_not"]
    + [f"bitwise_{name}" for name in ("and", "or", "xor", "left_shift", "right_shift")]
)
_DEPTH: Final = 6


@cache
def mask(text: str) -> int:
    """The kinds named in `text`, separated by `|`."""
    found = 0
    for name in text.split("|"):
        found |= _NAMES[name]
    return found


def constant(data: object) -> int:
    """The kind of a Python constant."""
    if data is True:
        return TRUE
    if data is False:
        return FALSE
    if data is None:
        return NONE
    if isinstance(data, int):
        return INT
    if isinstance(data, float):
        return FLOAT
    if isinstance(data, str):
        return STR
    if isinstance(data, complex):
        return COMPLEX
    return SEQUENCE if isinstance(data, tuple) else OTHER


def annotation(node: ast.expr | None) -> int:
    """What an annotation promises; ANY where it isn't understood."""
    if isinstance(node, ast.Attribute):
        return _BY_ANNOTATION.get(node.attr, ANY)
    if isinstance(node, ast.Name):
        return _BY_ANNOTATION.get(node.id, ANY)
    return ANY


def of(value: Value, depth: int = _DEPTH) -> int:
    """The kinds that a value may have."""
    op = value.op
    if op == values.CONST:
        return constant(value.data)
    found = _BY_OPERATION.get(op)
    if found is not None:
        return found
    if depth == 0:
        return ANY
    if not op.startswith("py."):
        return _of_result(value, depth)
    if op == values.PARAM:
        if value.data.kind == "star":
            return SEQUENCE
        promised = annotation(value.data.annotation)
        default = value.data.default
        return promised if default is None or promised == ANY else promised | of(default, depth - 1)
    if op == values.GLOBAL:
        name: str = value.data
        if name.startswith("torch.") and name.endswith("Tensor"):
            return DTYPE  # `type(torch.LongTensor)`: what names a dtype in this way
        return _GLOBALS.get(name, ANY)
    if op == values.ATTR:
        return _BY_ATTRIBUTE.get(value.data, ANY)
    if op in (values.REFINE, values.MUTATED):
        return of(value.args["input"], depth - 1)
    if op == values.UNKNOWN:
        return INT if value.data == "int" else ANY  # the count of enumerate
    if op == values.ITEM and "index" not in value.args:
        source = value.args["input"]
        callee = source.args.get("callee") if source.op == values.CALL else None
        return INT if callee is not None and callee.op == values.GLOBAL and callee.data == "builtins.range" else ANY
    if op == values.PHI:
        found = 0
        for alternative in value.data:
            found |= of(alternative, depth - 1)
        return found
    if op == values.CALL:
        callee = value.args.get("callee")
        return _BY_CALLEE.get(callee.data, ANY) if callee is not None and callee.op == values.GLOBAL else ANY
    return ANY


def _of_result(value: Value, depth: int) -> int:
    """The kinds of the result of a torch operation."""
    if value.op in _OPERATORS and value.form == "operator":
        together = 0
        for operand in value.args.values():
            kind = of(operand, depth - 1)
            if kind == TENSOR:
                return TENSOR
            together |= kind
        if together & ~NUMBER:
            return ANY
        if value.op == "div":
            return FLOAT if not together & COMPLEX else FLOAT | COMPLEX
        if not together & ~(INT | BOOL):
            return INT if value.op != "pow" else INT | FLOAT
        return together & ~BOOL | INT
    if (
        value.op == "getitem"
        and value.args["index"].op == values.SLICE
        and of(value.args["input"], depth - 1) == SEQUENCE
    ):
        return SEQUENCE  # a part of a shape
    return RESULTS.get(value.op, TENSOR)


# Operations of tensors that give something else.
RESULTS: Final = {
    "item": NUMBER,
    "tolist": SEQUENCE | NUMBER,
    "numpy": OTHER,
    "numel": INT,
    "nelement": INT,
    "ndimension": INT,
    "dim": INT,
    "size": SEQUENCE | INT,
    "shape": SEQUENCE,
    "get_device": INT,
    "is_contiguous": BOOL,
    "is_floating_point": BOOL,
    "is_complex": BOOL,
    "equal": BOOL,
    "allclose": BOOL,
    "stride": SEQUENCE | INT,
    "device": DEVICE,
    "dtype": DTYPE,
    "get_default_dtype": DTYPE,
    "layout": LAYOUT,
    "ndim": INT,
    "split": SEQUENCE,
    "chunk": SEQUENCE,
    "unbind": SEQUENCE,
    "meshgrid": SEQUENCE,
    "broadcast_tensors": SEQUENCE,
    "tensor_split": SEQUENCE,
    "hsplit": SEQUENCE,
    "vsplit": SEQUENCE,
    "dsplit": SEQUENCE,
    "type": STR | TENSOR,
}
