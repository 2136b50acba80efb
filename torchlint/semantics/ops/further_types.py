"""Dtypes of linear algebra, spectra, norms, and of what is put together from several tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from torchlint.semantics import promotion
from torchlint.semantics.ops.types import Rule, given_dtype, given_operand, promoted, same
from torchlint.semantics.promotion import ALL, BIT, BOOL, COMPLEX, FLOATS, INT64
from torchlint.semantics.values import CONST, Value

if TYPE_CHECKING:
    from torchlint.semantics.dtypes import Dtypes


def real_of_first(d: Dtypes, value: Value) -> int:
    """Norms and singular values are real."""
    given = given_dtype(d, value)
    return promotion.real_of(same(d, value) if given is None else given)


def ternary(d: Dtypes, value: Value) -> int:
    """The result of a ternary operation whose numbers don't count."""
    return d.promoted(*(value.args.get(name) for name in ("input", "tensor1", "tensor2")))


def some_or_all(d: Dtypes, value: Value) -> int:
    """`any` and `all`: bool, but uint8 stays."""
    mask = same(d, value)
    narrow = mask & BIT["uint8"]
    return narrow | (BOOL if mask & ~narrow else 0)


def powered(d: Dtypes, value: Value) -> int:
    """`float_power` computes in double precision."""
    mask = promoted(d, value)
    return (BIT["complex128"] if mask & COMPLEX else 0) | (promotion.FLOAT64 if mask & ~COMPLEX else 0)


def phase(d: Dtypes, value: Value) -> int:
    """Angles are real, and floating."""
    return d.floating(promotion.real_of(same(d, value)))


def first_of(*names: str) -> Rule:
    """The dtype of the operand with one of these names."""

    def rule(d: Dtypes, value: Value) -> int:
        operand = next((value.args[name] for name in names if name in value.args), None)
        return ALL if operand is None else d.of(operand)

    return rule


def promoted_of(*names: str) -> Rule:
    """Type promotion over the operands with these names."""

    def rule(d: Dtypes, value: Value) -> int:
        return d.promoted(*(value.args.get(name) for name in names))

    return rule


def product_of(*names: str) -> Rule:
    """What the operands with these names have in common."""

    def rule(d: Dtypes, value: Value) -> int:
        mask = ALL
        for name in names:
            if name in value.args:
                mask &= d.of(value.args[name])
        return mask or ALL

    return rule


def half_of_complex(d: Dtypes, value: Value) -> int:
    """Transforms that give real numbers."""
    return promotion.real_of(d.floating(same(d, value)))


def norm(d: Dtypes, value: Value) -> int:
    given = given_dtype(d, value)
    return promotion.real_of(same(d, value) & (FLOATS | COMPLEX) or ALL if given is None else given)


def columns_of(*rules: Rule | int) -> Callable[[Dtypes, Value, int], int]:
    """The outputs of an operation, by a rule or a dtype for each."""

    def rule(d: Dtypes, value: Value, index: int) -> int:
        if not -len(rules) <= index < len(rules):
            return ALL
        found = rules[index]
        return found if isinstance(found, int) else found(d, value)

    return rule


def recurrent_cell(d: Dtypes, value: Value) -> int:
    """Cells compute in the dtype of their parameters, which the input must have."""
    return FLOATS if d.autocast else same(d, value) & FLOATS or FLOATS


def together(d: Dtypes, value: Value) -> int:
    """The dtype that a sequence of tensors has in common."""
    sequence = value.args.get("tensors", value.args.get("operands"))
    found = ALL if sequence is None else d.items(sequence)
    return found if promotion.name(found) else ALL


def contracted(d: Dtypes, value: Value) -> int:
    """Sums of integers are int64, products of them have their dtype."""
    found = together(d, value)
    return found if not found & ~(FLOATS | COMPLEX) else found | INT64


def each(d: Dtypes, value: Value, index: int) -> int:
    """The outputs have the dtypes of the operands."""
    sequence = value.args.get("tensors")
    return ALL if sequence is None else d.element(sequence, index)


def distance(d: Dtypes, value: Value) -> int:
    return promotion.real_of(d.floating(d.promoted(value.args.get("x1"), value.args.get("x2"))))


def composed_loss(d: Dtypes, value: Value) -> int:
    """Losses that are computed by plain arithmetic."""
    names = ("input", "target", "weight", "var", "pos_weight")
    mask = d.promoted(*(given_operand(value.args.get(name)) for name in names))
    return FLOATS if d.autocast else d.floating(mask)


def areas(d: Dtypes, value: Value) -> int:
    mask = d.promoted(value.args.get("y"), value.args.get("x"))
    return ALL if mask & ~(FLOATS | COMPLEX) else mask


def distinct(d: Dtypes, value: Value) -> int:
    """`unique`: one tensor, unless inverse or counts are asked for."""
    flags = (value.args.get(name) for name in ("return_inverse", "return_counts"))
    single = all(flag is None or (flag.op == CONST and flag.data is False) for flag in flags)
    return same(d, value) if single else ALL


def only_floats(d: Dtypes, value: Value) -> int:
    """A floating dtype stays; what becomes of others is left open."""
    given = given_dtype(d, value)
    mask = same(d, value) if given is None else given
    return ALL if mask & ~FLOATS else mask


def agreeing_loss(d: Dtypes, value: Value) -> int:
    """A loss of operands of one dtype; others may be converted either way."""
    mask = product_of("input", "target")(d, value)
    return FLOATS if d.autocast else mask & FLOATS or ALL


def several_losses(d: Dtypes, value: Value) -> int:
    """Losses of operands that all have the same floating dtype; of others nothing is said."""
    names = ("input", "input1", "input2", "anchor", "positive", "negative")
    found = 0
    for name in names:
        if name in value.args:
            found |= d.of(value.args[name])
    target = value.args.get("target")
    if d.autocast or found & ~FLOATS or promotion.name(found) is None:
        return ALL
    return found if target is None else promotion.promote(found, d.of(target)) | found


def covariance(d: Dtypes, value: Value) -> int:
    """Weights take part in promotion, integers count as the default dtype."""
    given = [given_operand(value.args.get(name)) for name in ("fweights", "aweights")]
    return d.floating(same(d, value)) if given == [None, None] else ALL


def real_promoted(d: Dtypes, value: Value) -> int:
    return promotion.real_of(promoted(d, value))


def squared(d: Dtypes, value: Value) -> int:
    """Squares of truth values are int64."""
    mask = same(d, value)
    return mask & ~BOOL | (INT64 if mask & BOOL else 0)
