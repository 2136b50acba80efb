"""Sets of dtypes, and torch's type promotion on them.

A set is an int with one bit a dtype. Promotion follows `c10::promoteTypes` and `at::native::result_type`: tensors with
axes decide, then tensors without axes, then Python numbers, unless the lesser ones are of a higher category
(bool < integer < floating < complex).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce
from itertools import product
from typing import Final

NAMES: Final = (
    "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64",
    "complex32", "complex64", "complex128",
)  # fmt: skip
BIT: Final = {name: 1 << index for index, name in enumerate(NAMES)}
OTHER: Final = 1 << len(NAMES)  # 8-bit floats, quantized and larger unsigned dtypes: not told apart
BOOL: Final = BIT["bool"]
INTEGERS: Final = sum(BIT[name] for name in NAMES if "int" in name)
FLOATS: Final = BIT["float16"] | BIT["bfloat16"] | BIT["float32"] | BIT["float64"]
COMPLEX: Final = BIT["complex32"] | BIT["complex64"] | BIT["complex128"]
ALL: Final = (OTHER << 1) - 1
INT64: Final = BIT["int64"]
FLOAT32: Final = BIT["float32"]
FLOAT64: Final = BIT["float64"]

# What an operand is, in the order of precedence.
NUMBER, SCALAR, TENSOR = 1, 2, 3  # a Python number, a tensor without axes, one with axes
Operand = tuple[tuple[int, int], ...]  # alternatives: (level, dtypes)

_COMPLEX_OF = {"float16": "complex32", "bfloat16": "complex64", "float32": "complex64", "float64": "complex128"}
_FLOAT_OF = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}


def bits(mask: int) -> Iterator[int]:
    """The single dtypes of a set."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def name(mask: int) -> str | None:
    """The dtype's name, if the set holds just one that has a name."""
    if mask & (mask - 1) or not mask or mask == OTHER:
        return None
    return NAMES[mask.bit_length() - 1]


def category(mask: int) -> str | None:
    """ "bool", "integer", "floating" or "complex" if all of the set is that, else None."""
    for word, members in (("bool", BOOL), ("integer", INTEGERS), ("floating", FLOATS), ("complex", COMPLEX)):
        if mask and not mask & ~members:
            return word
    return None


@cache
def complex_of(mask: int) -> int:
    """The complex dtypes whose parts are of these floating dtypes."""
    found = mask & COMPLEX
    for word, complex_name in _COMPLEX_OF.items():
        if mask & BIT[word]:
            found |= BIT[complex_name]
    return found or COMPLEX


@cache
def real_of(mask: int) -> int:
    """The dtypes of real and imaginary parts; real dtypes stay."""
    found = mask & ~COMPLEX
    for word, float_name in _FLOAT_OF.items():
        if mask & BIT[word]:
            found |= BIT[float_name]
    return found


def _promote_one(left: int, right: int) -> int:
    if left == right:
        return left
    low, high = min(left, right), max(left, right)  # bits are in the order of categories
    if high == OTHER:
        return low if low & (FLOATS | COMPLEX) else OTHER
    if low == BOOL:
        return high
    if high & INTEGERS:
        return BIT["int16"] if low == BIT["uint8"] and high == BIT["int8"] else high
    if high & FLOATS:
        return FLOAT32 if low == BIT["float16"] and high == BIT["bfloat16"] else high
    if low & FLOATS:
        return max(high, complex_of(low))
    return high


@cache
def promote(left: int, right: int) -> int:
    """The dtypes that two tensors of equal rank may promote to. An empty set is neutral."""
    if not left or not right:
        return left | right
    found = 0
    for one in bits(left):
        for other in bits(right):
            found |= _promote_one(one, other)
    return found


def _combine_one(higher: int, lower: int) -> int:
    if higher & COMPLEX:
        return higher
    if higher & FLOATS:
        return complex_of(higher) if lower & COMPLEX else higher
    if higher == BOOL or lower & (FLOATS | COMPLEX):
        return _promote_one(higher, lower)
    return higher


@cache
def _combine(higher: int, lower: int) -> int:
    if not higher or not lower:
        return higher | lower
    found = 0
    for one in bits(higher):
        for other in bits(lower):
            found |= _combine_one(one, other)
    return found


@cache
def result_type(operands: tuple[Operand, ...]) -> int:
    """The dtypes that an operation of these operands may have, as `torch.result_type` has it."""
    found = 0
    for chosen in product(*operands):
        levels = [reduce(promote, (mask for level, mask in chosen if level == wanted), 0) for wanted in (3, 2, 1)]
        found |= _combine(levels[0], _combine(levels[1], levels[2]))
    return found
