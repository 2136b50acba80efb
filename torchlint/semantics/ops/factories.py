"""Tensors made from nothing: always in the default layout."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide
from torchlint.semantics.ops.base import Result, Strided, contiguous, integer, rule, size, sizes, words


@rule("zeros", "ones", "full", "empty", "rand", "randn", "randint", "new_zeros", "new_ones", "new_full", "new_empty")
@rule("normal")
def filled(size: Any) -> Result:
    return contiguous(sizes(size))


@rule("arange")
def arange(end: Any, start: Any = 0, step: Any = 1, dtype: Any = None) -> Result:
    if dtype is not None and any(isinstance(one, float) for one in (start, end, step)):
        raise Opaque("numbers that are cut first")
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in (start, end, step)) and step:
        return contiguous((max(math.ceil((end - start) / step), 0),))
    span = size(end) - size(start)
    by = size(step)
    if isinstance(span, int) and isinstance(by, int) and by != 0:
        return contiguous((max(-(-span // by), 0),))
    return contiguous((span if by == 1 else divide(span, by),))


@rule("linspace", "logspace")
def linspace(steps: Any) -> Result:
    return contiguous((size(steps),))


@rule("randperm")
def line(n: Any) -> Result:
    return contiguous((size(n),))


@rule("eye")
def eye(n: Any, m: Any = None) -> Result:
    return contiguous((size(n), size(n if m is None else m)))


@rule("tensor", "new_tensor")
def literal(data: Any) -> Result:
    """`torch.tensor` of nested lists of numbers, or a copy of a tensor."""
    if isinstance(data, Strided):
        return Strided(data.shape)
    return contiguous(_nested(data))


@rule("as_tensor")
def as_tensor(data: Any) -> Result:
    """A tensor itself where it need not be converted, or a tensor of nested lists of numbers."""
    return Strided(data.shape) if isinstance(data, Strided) else literal(data)


@rule(*(f"{kind}Tensor" for kind in words(" Float Double Half BFloat16 Byte Char Short Int Long Bool")), "Tensor")
def constructed(data: Any = None, size: Any = None) -> Result:
    """`torch.FloatTensor(2, 3)`, or of a list. A list of nothing but integers may be a torch.Size, so it says nothing."""
    if size is not None:
        return contiguous(sizes(size))
    if isinstance(data, tuple) and data and not all(isinstance(item, int | Dim) for item in data):
        return contiguous(_nested(data))
    raise Opaque("data or sizes")


def _nested(data: Any) -> tuple[int | Dim, ...]:
    if isinstance(data, int | float | complex | Dim):
        return ()
    if not isinstance(data, tuple):
        raise Opaque("not made of numbers")
    inner = _nested(data[0]) if data else ()
    return (len(data), *inner)


@rule("empty_strided", "new_empty_strided")
def empty_strided(size: Any, stride: Any) -> Result:
    """The strides that are asked for."""
    shape, strides = sizes(size), sizes(stride)
    if len(shape) != len(strides):
        raise Opaque("not one stride an axis")
    known = Strided(shape)
    return replace(known, strides=tuple(map(integer, strides))) if known.concrete else known
