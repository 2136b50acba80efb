"""Pointwise operations: sizes broadcast, and the result keeps the order of axes of its operands (TensorIterator)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from torchlint.semantics.dims import Dim, Opaque
from torchlint.semantics.ops.base import (
    Pairs,
    Result,
    Strided,
    broadcast,
    contiguous,
    equalities,
    rule,
    tensor,
    unknown_layout,
    words,
)
from torchlint.semantics.strides import is_dense, pointwise_strides, preserved_strides

UNARY = words("""
abs acos acosh angle asin asinh atan atanh bitwise_not ceil celu cos cosh
deg2rad digamma elu erf erfc erfinv exp exp2 expm1 floor
frac gelu hardshrink hardsigmoid hardswish hardtanh i0 isfinite isinf isnan isneginf isposinf isreal leaky_relu lgamma
log log10 log1p log2 logical_not logit mish nan_to_num neg polygamma rad2deg reciprocal
relu relu6 round rsqrt selu sgn sigmoid sign signbit silu sin sinc sinh softplus softshrink softsign sqrt square
tan tanh tanhshrink threshold trunc
special_airy_ai special_bessel_j0 special_bessel_j1 special_bessel_y0 special_bessel_y1 special_entr special_erfcx
special_i0e special_i1 special_i1e special_log_ndtr special_modified_bessel_i0 special_modified_bessel_i1
special_modified_bessel_k0 special_modified_bessel_k1 special_ndtr special_ndtri special_polygamma
special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1 special_spherical_bessel_j0
""")
LIKE = words("clone zeros_like ones_like full_like empty_like rand_like randn_like randint_like")
CASTS = words(
    "to type float double half bfloat16 int long short char byte bool cfloat cdouble chalf cuda cpu type_as conj_physical resolve_conj resolve_neg dropout alpha_dropout"
)
BINARY = words("""
add sub mul div pow floor_divide remainder fmod atan2 maximum minimum fmax fmin
eq ne lt le gt ge isclose logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor
bitwise_left_shift bitwise_right_shift copysign hypot logaddexp logaddexp2 nextafter xlogy heaviside
lerp where addcmul addcdiv clamp clamp_min clamp_max gcd lcm float_power igamma igammac complex polar
special_xlog1py special_zeta
special_chebyshev_polynomial_t special_chebyshev_polynomial_u special_chebyshev_polynomial_v
special_chebyshev_polynomial_w special_shifted_chebyshev_polynomial_t special_shifted_chebyshev_polynomial_u
special_shifted_chebyshev_polynomial_v special_shifted_chebyshev_polynomial_w special_hermite_polynomial_h
special_hermite_polynomial_he special_laguerre_polynomial_l special_legendre_polynomial_p
""")


@rule(*UNARY)
def unary(input: Any, inplace: Any = False) -> Result:
    return pointwise((tensor(input),)) if inplace is False else tensor(input)


@rule("dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout")
def channel_dropout(input: Any) -> Result:
    """The operand times a mask for whole channels."""
    x = tensor(input)
    return x if _decides(x, x.shape) and is_dense(x.numbers, x.strides or ()) else unknown_layout(x.shape)


@rule(*LIKE)
def like(input: Any, memory_format: Any = None) -> Result:
    """`torch.preserve_format`: a dense tensor keeps its strides."""
    x = tensor(input)
    if memory_format == "torch.contiguous_format":
        return contiguous(x.shape)
    if memory_format not in (None, "torch.preserve_format"):
        return unknown_layout(x.shape)
    return x if x.strides is None else replace(x, strides=preserved_strides(x.numbers, x.strides))


@rule(*CASTS)
def cast(input: Any, memory_format: Any = None) -> Result:
    """A copy in the order of the operand's axes, or the operand itself where there is nothing to do."""
    x = tensor(input)
    if x.strides is None or (memory_format == "torch.contiguous_format" and x.contiguous):
        return x
    if is_dense(x.numbers, x.strides) and memory_format in (None, "torch.preserve_format"):
        return x
    return unknown_layout(x.shape)


@rule("contiguous")
def make_contiguous(input: Any, memory_format: Any = None) -> Result:
    x = tensor(input)
    if memory_format not in (None, "torch.contiguous_format"):
        return unknown_layout(x.shape)
    return x if x.contiguous and x.certain else contiguous(x.shape)


@rule(*BINARY)
def binary(
    input: Any = 0,
    other: Any = 0,
    exponent: Any = 0,
    end: Any = 0,
    weight: Any = 0,
    condition: Any = None,
    tensor1: Any = 0,
    tensor2: Any = 0,
    min: Any = 0,
    max: Any = 0,
    real: Any = 0,
    imag: Any = 0,
    abs: Any = 0,
    angle: Any = 0,
    values: Any = 0,
) -> Result:
    """The operands that are tensors broadcast; numbers don't count."""
    if condition is not None and not isinstance(input, Strided) and not isinstance(other, Strided):
        raise Opaque("where(condition)")
    ordered = (input, end, weight, other, exponent, tensor1, tensor2, min, max, real, imag, abs, angle, values)
    return pointwise(_tensors(ordered if condition is None else (condition, *ordered)))


@rule("ldexp")
def ldexp(input: Any, other: Any) -> Result:
    x, y = tensor(input), tensor(other)
    found = pointwise((x, y))
    return found if x.contiguous and y.contiguous and x.shape == y.shape else Strided(found.shape)


@rule("rsub")
def reflected(input: Any, other: Any) -> Result:
    """`other - input`."""
    return pointwise(_tensors((other, input)))


@equalities(*BINARY)
def operands_match(input: Any, other: Any = 0, condition: Any = None) -> Pairs:
    """Axes that are both not known to be 1 are equal."""
    operands = _tensors((condition if condition is not None else 0, input, other))
    for first, second in pairwise(operands):
        for a, b in zip(reversed(first.shape), reversed(second.shape), strict=False):
            if a != 1 and b != 1:
                yield a, b


def _tensors(values: Sequence[Any]) -> tuple[Strided, ...]:
    found = []
    for value in values:
        if isinstance(value, Strided):
            found.append(value)
        elif not (value is None or isinstance(value, int | float | complex | Dim)):
            raise Opaque("an operand that may be a tensor of any size")
    if not found:
        raise Opaque("no tensor")
    numbers = len(found) < len([value for value in values if value is not None])
    return (*found, Strided((), ())) if numbers else tuple(found)


def pointwise(operands: Sequence[Strided]) -> Strided:
    """The result of a pointwise operation of these tensors."""
    shape = broadcast([operand.shape for operand in operands])
    result = Strided(shape)
    if not result.concrete:
        return result
    known = [(x.numbers, x.strides) for x in operands if x.strides is not None]
    if _decides(operands[0], result.numbers):
        return Strided(shape, pointwise_strides(result.numbers, known[:1]), operands[0].certain)
    if len(known) < len(operands) or (len(operands) > 1 and any(map(_expanded, operands))):
        return result
    return Strided(shape, pointwise_strides(result.numbers, known), all(x.certain for x in operands))


def _expanded(x: Strided) -> bool:
    """Whether an axis reads one element again and again. Where torch converts the operand first, it no longer does."""
    return any(stride == 0 and size != 1 for size, stride in zip(x.numbers, x.strides or (), strict=False))


def _decides(first: Strided, shape: tuple[int | Dim, ...]) -> bool:
    """Whether the first operand alone tells every two axes of the result apart."""
    strides = first.strides
    if strides is None or first.shape != shape or 1 in shape:
        return False
    return 0 not in strides and len(set(strides)) == len(strides)
