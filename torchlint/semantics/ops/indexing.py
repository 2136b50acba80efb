"""Subscripts, and the operations that pick elements by index."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide, floor_divide, product
from torchlint.semantics.ops.base import (
    UNKNOWN,
    Mask,
    Result,
    Slice,
    Strided,
    axis,
    broadcast,
    contiguous,
    each,
    rule,
    size,
    sizes,
    tensor,
    unknown_layout,
)
from torchlint.semantics.ops.views import inserted, unfold_axis, without


@rule("getitem")
def getitem(input: Any, index: Any) -> Result:
    """`x[index]`: integers, slices, None and Ellipsis give views; one index tensor or mask gives a copy."""
    x = tensor(input)
    items = list(index) if isinstance(index, tuple) else [index]
    if any(item is UNKNOWN or isinstance(item, bool | float | str | tuple) for item in items):
        raise Opaque("not a known subscript")
    if items.count(...) > 1:
        raise Opaque("more than one Ellipsis")
    taken = sum(item.rank if isinstance(item, Mask) else item is not None and item is not ... for item in items)
    if taken > x.rank:
        raise Opaque("more subscripts than axes")
    rest: list[Any] = [Slice(None, None, None)] * (x.rank - taken)
    place = items.index(...) if ... in items else len(items)
    items[place : place + 1] = rest
    result = x
    current = 0
    for item in items:
        if item is None:
            result = inserted(result, current)
            current += 1
        elif isinstance(item, Slice):
            result = _sliced(result, current, item)
            current += 1
        elif isinstance(item, Strided | Mask):
            current += item.rank if isinstance(item, Mask) else 1
        else:
            size(item)
            result = without(result, (current,))
    return _gathered(result, items) if any(isinstance(item, Strided | Mask) for item in items) else result


def _gathered(x: Strided, items: list[Any]) -> Strided:
    if sum(isinstance(item, Strided | Mask) for item in items) != 1:
        raise Opaque("several index tensors")
    if any(not isinstance(item, Slice | Strided | Mask | None) for item in items):
        raise Opaque("an index tensor beside an integer")
    place = next(i for i, item in enumerate(items) if isinstance(item, Strided | Mask))
    picks = items[place]
    taken, picked = (picks.rank, (picks.count,)) if isinstance(picks, Mask) else (1, picks.shape)
    if not taken or not picked:
        raise Opaque("a number as a tensor")
    shape = (*x.shape[:place], *picked, *x.shape[place + taken :])
    return contiguous(shape, x.certain) if x.contiguous else unknown_layout(shape)


def _sliced(x: Strided, place: int, item: Slice) -> Strided:
    length = x.shape[place]
    step = 1 if item.step is None else item.step
    if not isinstance(step, int) or step < 1:
        raise Opaque("a step that is not a known positive number")
    start = _bound(item.lower, length, 0)
    stop = _bound(item.upper, length, length)
    shape = (*x.shape[:place], _length(start, stop, step, length), *x.shape[place + 1 :])
    if x.strides is None:
        return replace(x, shape=shape)
    return replace(x, shape=shape, strides=(*x.strides[:place], x.strides[place] * step, *x.strides[place + 1 :]))


def _bound(value: Any, length: int | Dim, default: int | Dim) -> int | Dim:
    """The place that a bound of a slice means; an unknown length is taken to be long enough."""
    if value is None:
        return default
    bound = size(value)
    if isinstance(bound, int):
        if isinstance(length, int):
            return min(max(bound + length if bound < 0 else bound, 0), length)
        return length + bound if bound < 0 else bound
    if next(iter(bound.terms.values())) < 0 and len(bound.terms) == 1:
        return length + bound
    return bound


def _length(start: int | Dim, stop: int | Dim, step: int, length: int | Dim) -> int | Dim:
    """How many elements a slice takes. Steps are taken to fit an unknown length: then `x[:, 1::2]` has as many as `x[:, ::2]`."""
    span = stop - start
    if isinstance(span, int):
        return max(-(-span // step), 0)
    if step == 1:
        return span
    if stop == length and isinstance(start, int) and 0 <= start < step:
        return divide(length, step)
    raise Opaque("steps that may not fit")


@rule("index_select")
def index_select(input: Any, dim: Any, index: Any) -> Result:
    x = tensor(input)
    if not x.rank:
        return contiguous(())
    place = axis(dim, x.rank)
    count = tensor(index).shape
    return contiguous((*x.shape[:place], *(count or (1,)), *x.shape[place + 1 :]))


@rule("gather")
def gather(input: Any, index: Any) -> Result:
    tensor(input)
    return contiguous(tensor(index).shape)


@rule("embedding")
def embedding(input: Any, weight: Any = None, embedding_dim: Any = None) -> Result:
    width = size(embedding_dim) if embedding_dim is not None else tensor(weight).length(1)
    return contiguous((*tensor(input).shape, width))


@rule("one_hot")
def one_hot(input: Any, num_classes: Any = -1) -> Result:
    classes = size(num_classes)
    if classes == -1:
        raise Opaque("as many classes as occur")
    return contiguous((*tensor(input).shape, classes))


@rule("unfold")
def unfold(
    input: Any,
    dimension: Any = None,
    size: Any = None,
    step: Any = None,
    kernel_size: Any = None,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Result:
    """`Tensor.unfold(dimension, size, step)`; `nn.Unfold` has the same name and other arguments."""
    x = tensor(input)
    if kernel_size is None:
        return unfold_axis(x, axis(dimension, x.rank), sizes(size)[0], sizes(step)[0])
    if x.rank not in (3, 4):
        raise Opaque("no image")
    places: int | Dim = 1
    window: int | Dim = 1
    options = [each(one, 2) for one in (kernel_size, stride, padding, dilation)]
    for length, kernel, hop, pad, spread in zip(x.shape[-2:], *options, strict=True):
        places = places * (floor_divide(length + 2 * pad - spread * (kernel - 1) - 1, hop) + 1)
        window = window * kernel
    return contiguous((*x.shape[:-3], x.shape[-3] * window, places))


@rule("take_along_dim")
def take_along_dim(input: Any, indices: Any, dim: Any = None) -> Result:
    """A gather in which all other axes broadcast."""
    x, places = tensor(input), tensor(indices)
    if dim is None:
        return contiguous((product(places.shape),))
    place = axis(dim, x.rank)
    if x.rank != places.rank:
        raise Opaque("other ranks")
    ones = tuple(1 if index == place else length for index, length in enumerate(x.shape))
    shape = broadcast((ones, (*places.shape[:place], 1, *places.shape[place + 1 :])))
    return contiguous((*shape[:place], places.shape[place], *shape[place + 1 :]))
