"""Cutting tensors apart and putting them together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide, exact_division, product
from torchlint.semantics.ops.base import (
    Many,
    Pairs,
    Result,
    Strided,
    axes,
    axis,
    broadcast,
    contiguous,
    equalities,
    integer,
    reordered,
    rule,
    size,
    sizes,
    tensor,
    tensors,
)
from torchlint.semantics.ops.views import without
from torchlint.semantics.strides import preserved_strides

MAX_PARTS = 64


@rule("chunk")
def chunk(input: Any, chunks: Any, dim: Any = 0) -> Result:
    """Parts of equal size, the last one smaller; fewer than asked for where that takes all."""
    x = tensor(input)
    place, count = axis(dim, x.rank), integer(chunks)
    if not 0 < count <= MAX_PARTS:
        raise Opaque("too many parts")
    length = x.shape[place]
    if isinstance(length, int):
        return _equal_parts(x, place, -(-length // count)) if length else (x,) * count
    return (_part(x, place, divide(length, count)),) * count


@rule("tensor_split")
def tensor_split(input: Any, sections: Any = None, indices: Any = None, dim: Any = 0) -> Result:
    """As many parts as asked for, the first ones larger by one; or parts between places."""
    x = tensor(input)
    place = axis(dim, x.rank)
    length = x.shape[place]
    if indices is not None:
        return _between(x, place, [integer(one) for one in sizes(indices)])
    count = integer(sections)
    if not 0 < count <= MAX_PARTS:
        raise Opaque("too many parts")
    if isinstance(length, int):
        return tuple(_part(x, place, length // count + (index < length % count)) for index in range(count))
    return (_part(x, place, divide(length, count)),) * count


def _between(x: Strided, place: int, places: list[int]) -> Result:
    length = x.shape[place]
    if not isinstance(length, int) or len(places) >= MAX_PARTS:
        raise Opaque("places in an axis of unknown size")
    ends = [max(min(one if one >= 0 else max(one + length, 0), length), 0) for one in places]
    starts = [0, *ends]
    return tuple(_part(x, place, max(end - start, 0)) for start, end in zip(starts, [*ends, length], strict=True))


def _equal_parts(x: Strided, place: int, length: int) -> Result:
    """Parts of one size; the last one may be smaller."""
    total = x.shape[place]
    if not isinstance(total, int) or length < 1 or not 0 < -(-total // length) <= MAX_PARTS:
        raise Opaque("too many parts")
    return tuple(_part(x, place, min(length, total - start)) for start in range(0, total, length))


@rule("split", "split_with_sizes")
def split(
    input: Any, split_size: Any = None, split_size_or_sections: Any = None, split_sizes: Any = None, dim: Any = 0
) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    wanted = next((given for given in (split_size, split_size_or_sections, split_sizes) if given is not None), None)
    if isinstance(wanted, tuple):
        return tuple(_part(x, place, length) for length in sizes(wanted))
    length, total = size(wanted), x.shape[place]
    if isinstance(total, int) and isinstance(length, int):
        return (x,) if total == 0 else _equal_parts(x, place, length)
    count = exact_division(total, length)
    if isinstance(count, int):
        if not 0 < count <= MAX_PARTS:
            raise Opaque("too many parts")
        return (_part(x, place, length),) * count
    return Many(_part(x, place, length))


@rule("unbind")
def unbind(input: Any, dim: Any = 0) -> Result:
    x = tensor(input)
    place = axis(dim, x.rank)
    item, count = without(x, (place,)), x.shape[place]
    return (item,) * count if isinstance(count, int) and count <= MAX_PARTS else Many(item, count)


@rule("cat")
def cat(tensors: Any, dim: Any = 0) -> Result:
    """Contiguous, but tensors that are all channels_last give a channels_last result."""
    parts, count = _operands(tensors)
    rank = parts[0].rank
    if any(part.rank != rank for part in parts):
        raise Opaque("operands of several ranks")
    place = axis(dim, rank)
    total: int | Dim = 0
    for part in parts:
        total = total + part.shape[place]
    if isinstance(tensors, Many):
        total = total * count
    shape = (*parts[0].shape[:place], total, *parts[0].shape[place + 1 :])
    return contiguous(shape) if rank not in (4, 5) else _joined(shape, parts)


@equalities("cat")
def cat_sizes(tensors: Any, dim: Any = 0) -> Pairs:
    parts, _ = _operands(tensors)
    place = axis(dim, parts[0].rank)
    for part in parts[1:]:
        if part.rank == parts[0].rank:
            yield from (pair for i, pair in enumerate(zip(parts[0].shape, part.shape, strict=True)) if i != place)


@rule("stack")
def stack(tensors: Any, dim: Any = 0) -> Result:
    parts, count = _operands(tensors)
    place = axis(dim, parts[0].rank + 1)
    shape = (*parts[0].shape[:place], count, *parts[0].shape[place:])
    return contiguous(shape) if parts[0].rank not in (3, 4) else _joined(shape, parts)


@equalities("stack")
def stack_sizes(tensors: Any) -> Pairs:
    parts, _ = _operands(tensors)
    for part in parts[1:]:
        if part.rank == parts[0].rank:
            yield from zip(parts[0].shape, part.shape, strict=True)


def _operands(value: Any) -> tuple[tuple[Strided, ...], int | Dim]:
    """The operands, and how many they are."""
    if isinstance(value, Many):
        if value.count is None:
            raise Opaque("an open number of operands")
        return (value.item,), value.count
    parts = tensors(value)
    return parts, len(parts)


def _joined(shape: tuple[int | Dim, ...], parts: tuple[Strided, ...]) -> Strided:
    """One contiguous operand settles that the result is no channels_last one."""
    settled = [part.certain for part in parts if part.contiguous]
    return contiguous(shape, any(settled)) if settled else Strided(shape)


def _part(x: Strided, place: int, length: int | Dim) -> Strided:
    return replace(x, shape=(*x.shape[:place], length, *x.shape[place + 1 :]))


@rule("repeat", "tile")
def repeat(input: Any, repeats: Any = None, dims: Any = None) -> Result:
    x = tensor(input)
    counts = sizes(dims if repeats is None else repeats)
    if len(counts) < x.rank:
        if repeats is not None:
            raise Opaque("fewer counts than axes")
        counts = (1,) * (x.rank - len(counts)) + counts
    shape = (1,) * (len(counts) - x.rank) + x.shape
    return contiguous([count * length for count, length in zip(counts, shape, strict=True)])


@rule("repeat_interleave")
def repeat_interleave(input: Any, repeats: Any, dim: Any = None) -> Result:
    x = tensor(input)
    if dim is None:
        return contiguous((product(x.shape) * size(repeats),))
    place = axis(dim, x.rank)
    return contiguous((*x.shape[:place], x.shape[place] * size(repeats), *x.shape[place + 1 :]))


@rule("flip", "fliplr", "flipud")
def flip(input: Any) -> Strided:
    x = tensor(input)
    return x if x.strides is None else replace(x, strides=preserved_strides(x.numbers, x.strides))


@rule("roll", "tril", "triu", "cumsum", "cumprod", "logcumsumexp", "scatter", "scatter_add", "index_add", "index_copy")
def fresh_copy(input: Any) -> Result:
    """The same sizes in the default layout, whatever the operand's layout."""
    return contiguous(tensor(input).shape)


@rule("masked_fill", "masked_scatter")
def masked(input: Any, mask: Any) -> Result:
    """The operand and the mask broadcast."""
    return contiguous(broadcast((tensor(input).shape, tensor(mask).shape)))


@rule("rot90")
def rot90(input: Any, k: Any = 1, dims: Any = (0, 1)) -> Result:
    """A flip, which keeps the order of the axes in memory, and then a transposition."""
    x = tensor(input)
    places = axes(dims, x.rank)
    if len(places) != 2:
        raise Opaque("not two axes")
    turns = integer(k) % 4
    if not turns:
        return contiguous(x.shape)
    order = list(range(x.rank))
    if turns % 2:
        first, second = places
        order[first], order[second] = second, first
    return reordered(flip(x), order)
