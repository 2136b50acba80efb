"""Terms: normal forms of values, and the operations that only normal forms have."""

from __future__ import annotations

from typing import Any

from torchlint.semantics.values import CONST, Value

VAR = "var"  # a parameter of a pattern; data: its name
SUM = "sum of"  # signed terms; data: their signs
PRODUCT = "product of"  # factors; data: how many are numerators, the rest are denominators
TOTAL = "total"  # a sum or mean over an axis that stays, with size 1: input, dim; data: which
WITHOUT = "without axis"  # input, dim: without that axis of size 1
IF_RANK = "if rank"  # input; equal to it if the tensor that was summed has `data` axes
EVERYTHING = "everything"  # in place of a dim: all axes
IMPLICIT = "implicit"  # in place of a dim: the one that softmax chooses by the rank
OPAQUE = "opaque"  # equal to itself only


class Term:
    """A normal form. `value` is one value that it stands for; `opposite` is the term of which this is the negative."""

    __slots__ = ("args", "data", "key", "op", "opposite", "value")

    def __init__(self, op: str, args: tuple[Term, ...], data: Any, key: int, value: Value | None) -> None:
        self.op = op
        self.args = args
        self.data = data
        self.key = key
        self.value = value
        self.opposite: Term | None = None

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, self.args))
        return f"{self.op}{'' if self.data is None else f'[{self.data}]'}({inside})"


def number_of(term: Term) -> float | None:
    """The number that a constant is."""
    return float(term.data[2]) if term.op == CONST and _is_number(term) else None


def integer_of(term: Term) -> int | None:
    """The integer that a constant is."""
    return term.data[2] if term.op == CONST and type(term.data[2]) is int else None


def _is_number(term: Term) -> bool:
    return isinstance(term.data[2], int | float) and not term.data[0]
