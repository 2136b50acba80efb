"""Dtypes of numpy arrays, as far as `torch.from_numpy` and `torch.tensor` take them over."""

from __future__ import annotations

from torchlint.semantics import kinds, values
from torchlint.semantics.promotion import ALL, BIT, BOOL, FLOAT64, INT64, NAMES
from torchlint.semantics.values import CALL, CONST, GLOBAL, ITEM, LIST, METHOD, TUPLE, Value

_NAMED = {name: BIT[name] for name in NAMES} | {
    "int": INT64, "int_": INT64, "long": INT64, "longlong": INT64, "intp": INT64, "float": FLOAT64, "float_": FLOAT64,
    "double": FLOAT64, "single": BIT["float32"], "half": BIT["float16"], "bool_": BOOL, "byte": BIT["int8"],
    "ubyte": BIT["uint8"], "short": BIT["int16"], "intc": BIT["int32"],
}  # fmt: skip
_CODES = {"f4": BIT["float32"], "f8": FLOAT64, "f2": BIT["float16"], "i8": INT64, "i4": BIT["int32"], "i2": BIT["int16"],
          "u1": BIT["uint8"], "i1": BIT["int8"], "i": BIT["int32"], "f": BIT["float32"], "d": FLOAT64, "l": INT64,
          "?": BOOL}  # fmt: skip
# Position of the argument `dtype` in functions that take one.
_DTYPE_AT = {"zeros": 1, "ones": 1, "empty": 1, "array": 1, "asarray": 1, "full": 2, "arange": 3, "identity": 1,
             "zeros_like": 1, "ones_like": 1, "empty_like": 1, "full_like": 2, "eye": 3, "linspace": 5,
             "ascontiguousarray": 1, "fromiter": 1, "frombuffer": 1, "loadtxt": 1}  # fmt: skip
_FLOAT64 = frozenset(
    ["zeros", "ones", "empty", "identity", "eye", "linspace", "loadtxt"]
    + [
        f"random.{name}"
        for name in ("rand", "randn", "random", "random_sample", "uniform", "normal", "standard_normal")
    ]
)
_INT64 = frozenset(("argmax", "argmin", "argsort", "random.randint", "random.permutation", "bincount", "flatnonzero"))
_LIKE = frozenset(
    ("zeros_like", "ones_like", "empty_like", "full_like", "asarray", "array", "ascontiguousarray", "copy")
)
# Methods of arrays, named as torch's, that keep the dtype.
_KEEP = frozenset(("reshape", "view", "flatten", "ravel", "transpose", "permute", "T", "squeeze", "unsqueeze", "getitem",
                   "repeat", "clone", "copy", "swapaxes", "setitem"))  # fmt: skip


def dtype_argument(value: Value) -> int:
    """The dtypes that an argument `dtype` of numpy may mean."""
    if value.op == CONST and isinstance(value.data, str):
        text = value.data.lstrip("<>=|")
        return _NAMED.get(text) or _CODES.get(text, ALL)
    if value.op == GLOBAL:
        head, _, last = value.data.rpartition(".")
        if head in ("numpy", "builtins"):
            return _NAMED.get(last, ALL)
    return ALL


def literal(value: Value) -> tuple[int, int]:
    """For nested lists of numbers: the kinds of the numbers, and the dtypes of tensors or arrays among them."""
    if value.op in (LIST, TUPLE):
        found = mask = 0
        for item in value.data.content:
            for one in [v for run in item.data for v in run] if item.op == values.CHOICE else (item,):
                number, dtypes = literal(one)
                found |= number
                mask |= dtypes
        return found, mask
    kind = kinds.of(value)
    for certain in (kinds.BOOL, kinds.INT, kinds.FLOAT, kinds.COMPLEX):
        if not kind & ~certain:
            return kind, 0
    return 0, ALL


def of(value: Value, depth: int = 12) -> int:
    """The dtypes that an array may have; all where it isn't known to be numpy's."""
    if depth == 0:
        return ALL
    op = value.op
    if op == CALL:
        callee = value.args.get("callee")
        if callee is None:
            return ALL
        if callee.op == GLOBAL and callee.data.startswith("numpy."):
            return _call(value, callee.data[6:], depth)
        if callee.op in (values.ATTR, METHOD):
            if callee.data == "astype":
                given = value.args.get("0") or value.args.get("dtype")
                return dtype_argument(given) if given is not None else ALL
            if callee.data in _KEEP:
                return of(callee.args["input"], depth - 1)
        return ALL
    if op in _KEEP or op in (values.REFINE, values.MUTATED):
        return of(value.args["input"], depth - 1)
    if op == ITEM:
        return of(value.args["input"], depth - 1)
    if op == values.PHI:
        found = 0
        for one in value.data:
            found |= of(one, depth - 1)
        return found
    return ALL


def _call(value: Value, name: str, depth: int) -> int:
    if name in _NAMED:
        return _NAMED[name]
    position = _DTYPE_AT.get(name)
    given = value.args.get("dtype") or (value.args.get(str(position)) if position is not None else None)
    if given is not None and not (given.op == CONST and given.data is None):
        return dtype_argument(given)
    if name in _FLOAT64:
        return FLOAT64
    if name in _INT64:
        return INT64 if "dtype" not in value.args else ALL
    first = value.args.get("0")
    if name in _LIKE and first is not None:
        return of(first, depth - 1) if first.op not in (LIST, TUPLE) else _number(*literal(first))
    if name == "arange":
        found = mask = 0
        for argument in value.args.values():
            if argument is not value.args["callee"]:
                number, dtypes = literal(argument)
                found |= number
                mask |= dtypes
        return _number(found, mask)
    if name == "full" and "1" in value.args:
        return _number(*literal(value.args["1"]))
    return ALL


def _number(kind: int, mask: int) -> int:
    """numpy's dtype for numbers of these kinds, on a platform whose C long has 64 bits."""
    if mask:
        return ALL
    if not kind:
        return FLOAT64  # an empty list
    if kind & ~kinds.BOOL == 0:
        return BOOL
    if kind & ~(kinds.INT | kinds.BOOL) == 0:
        return INT64
    return FLOAT64 if kind & ~(kinds.FLOAT | kinds.INT | kinds.BOOL) == 0 and kind & kinds.FLOAT else ALL
