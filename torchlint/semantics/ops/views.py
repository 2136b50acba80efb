"""Views: the same memory read in another order (https://docs.pytorch.org/docs/stable/tensor_view.html)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide, floor_divide, product
from torchlint.semantics.ops.base import (
    Pairs,
    Result,
    Strided,
    axes,
    axis,
    contiguous,
    equalities,
    integer,
    reordered,
    rule,
    size,
    sizes,
    tensor,
)
from torchlint.semantics.strides import view_strides


@rule("detach", "identity", "data", "requires_grad", "positive", "conj")
def same(input: Any) -> Result:
    """The same sizes and strides."""
    return tensor(input)


@rule("permute")
def permute(input: Any, dims: Any) -> Result:
    x = tensor(input)
    order = dims[0] if isinstance(dims, tuple) and len(dims) == 1 and isinstance(dims[0], tuple) else dims
    return reordered(x, axes(order, x.rank))


@rule("transpose")
def transpose(input: Any, dim0: Any, dim1: Any) -> Result:
    x = tensor(input)
    if not x.rank:
        return x
    first, second = axis(dim0, x.rank), axis(dim1, x.rank)
    order = list(range(x.rank))
    order[first], order[second] = second, first
    return reordered(x, order)


@rule("t")
def t(input: Any) -> Result:
    x = tensor(input)
    if x.rank > 2:
        raise Opaque("t() takes at most 2 axes")
    return reordered(x, range(x.rank)[::-1])


@rule("T", "H")
def reverse(input: Any) -> Result:
    x = tensor(input)
    return reordered(x, range(x.rank)[::-1])


@rule("mT", "mH")
def matrix_transpose(input: Any) -> Result:
    return transpose(input, -2, -1)


@rule("movedim")
def movedim(input: Any, source: Any, destination: Any) -> Result:
    x = tensor(input)
    origin, target = axes(source, x.rank), axes(destination, x.rank)
    if len(origin) != len(target):
        raise Opaque("not as many destinations")
    rest = iter(i for i in range(x.rank) if i not in origin)
    placed = dict(zip(target, origin, strict=True))
    return reordered(x, [placed[i] if i in placed else next(rest) for i in range(x.rank)])


@rule("expand")
def expand(input: Any, size: Any) -> Result:
    x = tensor(input)
    target = sizes(size)
    new = len(target) - x.rank
    if new < 0:
        raise Opaque("fewer axes than the tensor has")
    shape: list[int | Dim] = list(target[:new])
    strides = [0] * new
    for index, wanted in enumerate(target[new:]):
        own = x.shape[index]
        shape.append(own if wanted == -1 else wanted)
        if x.strides is not None:
            if wanted not in (-1, own) and own != 1:
                raise Opaque("an axis that is not 1 can't be expanded")
            strides.append(x.strides[index] if wanted in (-1, own) else 0)
    return replace(x, shape=tuple(shape), strides=None if x.strides is None else tuple(strides))


@rule("expand_as")
def expand_as(input: Any, other: Any) -> Result:
    return expand(input, tensor(other).shape)


@rule("narrow")
def narrow(input: Any, dim: Any, length: Any, start: Any = None) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    return replace(x, shape=(*x.shape[:place], size(length), *x.shape[place + 1 :]))


@rule("select")
def select(input: Any, dim: Any, index: Any = None) -> Result:
    x = tensor(input)
    return without(x, (axis(dim, x.rank),))


@rule("unsqueeze")
def unsqueeze(input: Any, dim: Any) -> Result:
    x = tensor(input)
    return inserted(x, axis(dim, x.rank + 1))


@rule("squeeze")
def squeeze(input: Any, dim: Any = None) -> Result:
    x = tensor(input)
    places = axes(dim, x.rank) if dim != () else ()
    if any(isinstance(x.shape[place], Dim) for place in places):
        raise Opaque("an axis of unknown size may be 1")
    return without(x, [place for place in places if x.shape[place] == 1])


@rule("diagonal")
def diagonal(input: Any, offset: Any = 0, dim1: Any = 0, dim2: Any = 1) -> Result:
    x = tensor(input)
    first, second = axis(dim1, x.rank), axis(dim2, x.rank)
    if first == second:
        raise Opaque("one axis")
    rest = without(x, (first, second))
    step = None if x.strides is None else x.strides[first] + x.strides[second]
    return appended(rest, _diagonal_length(x.shape[first], x.shape[second], integer(offset)), step)


def _diagonal_length(rows: int | Dim, columns: int | Dim, offset: int) -> int | Dim:
    if isinstance(rows, int) and isinstance(columns, int):
        return max(min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns), 0)
    if rows != columns:
        raise Opaque("the smaller of two unknown sizes")
    return rows - abs(offset)


@rule("reshape", "view")
def reshape(input: Any, shape: Any = None, size: Any = None) -> Result:
    """A view where the strides allow it, else a copy. (A `view` that raises is followed as if it were repaired.)"""
    x = tensor(input)
    if isinstance(size, str) or (size is None and shape is None):
        raise Opaque("view(dtype)")
    target = without_wildcard(x, sizes(size if shape is None else shape))
    if x.strides is None:
        return Strided(target)
    wanted = Strided(target).numbers
    if product(wanted) != product(x.numbers):
        raise Opaque("another number of elements")
    strides = view_strides(x.numbers, x.strides, wanted)
    return contiguous(target, x.certain) if strides is None else replace(x, shape=target, strides=strides)


@equalities("reshape", "view")
def reshape_keeps_elements(input: Any, shape: Any = None, size: Any = None) -> Pairs:
    target = sizes(size if shape is None else shape)
    if -1 not in target:
        yield product(tensor(input).shape), product(target)


@rule("view_as", "reshape_as")
def view_as(input: Any, other: Any) -> Result:
    return reshape(input, tensor(other).shape)


@rule("flatten")
def flatten(input: Any, start_dim: Any = 0, end_dim: Any = -1) -> Result:
    x = tensor(input)
    if x.rank == 0:
        return reshape(x, (1,))
    start, end = axis(start_dim, x.rank), axis(end_dim, x.rank)
    return reshape(x, (*x.shape[:start], product(x.shape[start : end + 1]), *x.shape[end + 1 :]))


@rule("ravel")
def ravel(input: Any) -> Result:
    x = flatten(input)
    return contiguous(tensor(x).shape)


@rule("unflatten")
def unflatten(input: Any, dim: Any, sizes: Any) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    part = replace(x, shape=(x.shape[place],), strides=None)
    return reshape(x, (*x.shape[:place], *without_wildcard(part, _several(sizes)), *x.shape[place + 1 :]))


def unfold_axis(x: Strided, dimension: int, length: int | Dim, step: int | Dim) -> Strided:
    """`Tensor.unfold`: windows of an axis, as a new last axis."""
    count = floor_divide(x.shape[dimension] - length, step) + 1
    shape = (*x.shape[:dimension], count, *x.shape[dimension + 1 :], length)
    if x.strides is None or not isinstance(step, int):
        return Strided(shape)
    strides = [*x.strides, x.strides[dimension]]
    strides[dimension] *= step
    return replace(x, shape=shape, strides=tuple(strides))


def without_wildcard(x: Strided, target: Sequence[int | Dim]) -> tuple[int | Dim, ...]:
    """The target shape with its -1 replaced."""
    if -1 not in target:
        return tuple(target)
    place = list(target).index(-1)
    known = product(size for index, size in enumerate(target) if index != place)
    return (*target[:place], divide(product(x.shape), known), *target[place + 1 :])


def without(x: Strided, places: Sequence[int]) -> Strided:
    """The tensor without these axes."""
    kept = [i for i in range(x.rank) if i not in places]
    strides = x.strides
    return replace(
        x,
        shape=tuple(x.shape[i] for i in kept),
        strides=None if strides is None else tuple(strides[i] for i in kept),
    )


def inserted(x: Strided, place: int) -> Strided:
    """The tensor with an axis of size 1 in front of axis `place`."""
    shape = (*x.shape[:place], 1, *x.shape[place:])
    if x.strides is None:
        return replace(x, shape=shape)
    step = x.numbers[place] * x.strides[place] if place < x.rank else 1
    return replace(x, shape=shape, strides=(*x.strides[:place], step, *x.strides[place:]))


def appended(x: Strided, length: int | Dim, step: int | None) -> Strided:
    """The tensor with one more axis at the end."""
    strides = None if x.strides is None or step is None else (*x.strides, step)
    return replace(x, shape=(*x.shape, length), strides=strides)


def _several(value: Any) -> tuple[int | Dim, ...]:
    return sizes(value)
