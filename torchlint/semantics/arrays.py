"""Dtypes of numpy arrays, as far as `torch.from_numpy` and `torch.tensor` take them over."""

from __future__ import annotations

from collections.abc import Iterable

from torchlint.semantics import kinds, values
from torchlint.semantics.promotion import ALL, BIT, BOOL, FLOAT64, FLOATS, INT64, NAMES
from torchlint.semantics.values import CALL, CHOICE, CONST, GLOBAL, ITEM, LIST, METHOD, TUPLE, Value

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
        for name in ("rand", "randn", "random", "random_sample", "uniform", "normal", "standard_normal", "beta",
                     "exponential", "gamma")
    ]
)  # fmt: skip
_INT64 = frozenset(("argmax", "argmin", "argsort", "random.randint", "random.binomial", "random.poisson", "bincount",
                    "flatnonzero", "digitize", "searchsorted"))  # fmt: skip
_LIKE = frozenset(
    ("zeros_like", "ones_like", "empty_like", "full_like", "asarray", "array", "ascontiguousarray", "copy")
)
# Functions that keep the dtype of their first argument, whatever they do to its items.
_FIRST = frozenset(("repeat", "tile", "roll", "flip", "fliplr", "flipud", "rot90", "sort", "unique", "reshape", "ravel",
                    "transpose", "squeeze", "expand_dims", "take", "delete", "resize", "swapaxes", "moveaxis",
                    "atleast_1d", "atleast_2d", "random.permutation", "random.choice"))  # fmt: skip
_JOINING = frozenset(("concatenate", "stack", "vstack", "hstack", "dstack", "column_stack"))
# Methods of arrays, named as torch's, that keep the dtype. `values` and `to_numpy` are those of a pandas column.
_KEEP = frozenset(("reshape", "view", "flatten", "ravel", "transpose", "permute", "T", "squeeze", "unsqueeze", "getitem",
                   "repeat", "clone", "copy", "swapaxes", "setitem", "take", "values", "to_numpy"))  # fmt: skip
_COMPARISONS = frozenset(("eq", "ne", "lt", "le", "gt", "ge"))
_ARITHMETIC = frozenset(("add", "sub", "mul", "div"))


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
            if callee.data in _KEEP and "dtype" not in value.args:
                return of(callee.args["input"], depth - 1)
        return ALL
    if op in _COMPARISONS:
        return BOOL
    if op in ("argmax", "argmin", "argsort"):
        return INT64
    if op in _ARITHMETIC:
        return _arithmetic(value, depth)
    if op == "getitem" and (stored := _stored(value)) is not None:
        return of(stored, depth - 1)
    if op in (values.ATTR, METHOD) and value.data in ("values", "T"):
        return of(value.args["input"], depth - 1)
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
    if name in ("random.choice", "random.permutation") and first is not None and not kinds.of(first) & ~kinds.INT:
        return INT64
    if any(word.startswith("return_") for word in value.args):
        return ALL  # a tuple
    if (name in _LIKE or name in _FIRST) and first is not None:
        return _made_of(first, depth)
    if name in _JOINING and first is not None and first.op in (LIST, TUPLE):
        return _one(_made_of(one, depth) for one in _items(first))
    if name == "where" and "1" in value.args and "2" in value.args:
        return _one(_made_of(value.args[word], depth) for word in ("1", "2"))
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


def _made_of(source: Value, depth: int) -> int:
    """The dtypes of `numpy.array(source)`."""
    number, mask = literal(source)
    if number and not mask:
        return _number(number, 0)
    if source.op not in (LIST, TUPLE):
        return of(source, depth - 1)
    if not source.data.content and not source.data.changed:
        return FLOAT64
    return _one(_made_of(one, depth - 1) for one in _items(source)) if depth > 1 else ALL


def _one(masks: Iterable[int]) -> int:
    """The dtypes that several arrays have in common; all where they differ."""
    found = set(masks)
    return found.pop() if len(found) == 1 else ALL


def _items(sequence: Value) -> list[Value]:
    """All values in a sequence; one that isn't known stands for itself."""
    content = sequence.data.content
    return [
        one for item in content for one in ([v for run in item.data for v in run] if item.op == CHOICE else (item,))
    ]


def _arithmetic(value: Value, depth: int) -> int:
    """The dtypes of arithmetic on an array and a Python number, or on two arrays of one dtype."""
    found = ALL
    number = 0
    for operand in (value.args.get("input"), value.args.get("other")):
        kind = kinds.of(operand) if operand is not None else kinds.ANY
        if not kind & ~kinds.NUMBER:
            number |= kind
        elif operand is not None:
            mask = of(operand, depth - 1)
            if mask == ALL or (found != ALL and mask != found):
                return ALL
            found = mask
    if found in (ALL, BOOL) or number & kinds.COMPLEX or found & (found - 1):
        return ALL
    if found & FLOATS:
        return found
    if number & kinds.FLOAT and number & ~kinds.FLOAT:
        return ALL
    return FLOAT64 if value.op == "div" or number & kinds.FLOAT else found


def _stored(value: Value) -> Value | None:
    """What `frame["name"]` reads where `frame["name"] = column` came before."""
    owner, index = value.args["input"], value.args["index"]
    while owner.op == "setitem" and index.op == CONST and isinstance(index.data, str):
        place = owner.args["index"]
        if place.op != CONST:
            return None
        if place.data == index.data:
            return owner.args["value"]
        owner = owner.args["input"]
    return None


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
