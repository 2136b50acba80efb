"""Tensors put together from others, cut into parts, or spread over more axes."""

from __future__ import annotations

import math
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide, product
from torchlint.semantics.ops import joining, views
from torchlint.semantics.ops.base import (
    Result,
    Strided,
    axis,
    broadcast,
    contiguous,
    follows_format,
    integer,
    rule,
    size,
    sizes,
    tensor,
    tensors,
)


@rule("hstack")
def hstack(tensors: Any) -> Result:
    parts = _at_least(tensors, 1)
    return joining.cat(parts, 0 if parts[0].rank == 1 else 1)


@rule("vstack")
def vstack(tensors: Any) -> Result:
    return joining.cat(_at_least(tensors, 2), 0)


@rule("dstack")
def dstack(tensors: Any) -> Result:
    return joining.cat(_at_least(tensors, 3), 2)


@rule("column_stack")
def column_stack(tensors: Any) -> Result:
    parts = tuple(
        Strided((*part.shape, 1) if part.rank == 1 else (1, 1)) if part.rank < 2 else part for part in _parts(tensors)
    )
    return joining.cat(parts, 1)


def _parts(value: Any) -> tuple[Strided, ...]:
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], tuple):
        value = value[0]
    return tensors(value)


def _at_least(value: Any, rank: int) -> tuple[Strided, ...]:
    return tuple(at_least(part, rank) for part in _parts(value))


def at_least(x: Strided, rank: int) -> Strided:
    """The view that `torch.atleast_1d` and its kin give."""
    if x.rank >= rank:
        return x
    if x.rank == 0:
        for _ in range(rank):
            x = views.inserted(x, 0)
        return x
    x = views.inserted(x, 0) if x.rank == 1 else x
    return views.inserted(x, 2) if rank == 3 else x


def _atleast(name: str, rank: int) -> None:
    @rule(name)
    def atleast(tensors: Any) -> Result:
        if isinstance(tensors, Strided):
            return at_least(tensors, rank)
        if not isinstance(tensors, tuple) or not tensors:
            raise Opaque("no tensors")
        if len(tensors) == 1 and isinstance(tensors[0], Strided):
            return at_least(tensors[0], rank)
        return _at_least(tensors, rank)


for _rank in (1, 2, 3):
    _atleast(f"atleast_{_rank}d", _rank)


@rule("block_diag")
def block_diag(tensors: Any) -> Result:
    parts = _parts(tensors)
    if any(part.rank > 2 for part in parts):
        raise Opaque("no matrices")
    blocks = [((1, 1), (1, *part.shape), part.shape)[part.rank] for part in parts]
    rows: int | Dim = 0
    columns: int | Dim = 0
    for block in blocks:
        rows, columns = rows + block[0], columns + block[1]
    return contiguous((rows, columns))


@rule("broadcast_to")
def broadcast_to(input: Any, size: Any) -> Result:
    return views.expand(input, size)


@rule("broadcast_tensors")
def broadcast_tensors(tensors: Any) -> Result:
    parts = _parts(tensors)
    shape = broadcast([part.shape for part in parts])
    return tuple(views.expand(part, shape) for part in parts)


@rule("meshgrid")
def meshgrid(tensors: Any, indexing: Any = None) -> Result:
    parts = _parts(tensors)
    if any(part.rank > 1 for part in parts) or indexing not in (None, "ij", "xy"):
        raise Opaque("no lines")
    shape = [part.shape[0] if part.rank else 1 for part in parts]
    if indexing == "xy" and len(shape) > 1:
        shape[0], shape[1] = shape[1], shape[0]
    found = []
    for place, part in enumerate(parts):
        steps = None if part.strides is None else [0] * len(parts)
        if steps is not None and part.strides:
            where = 1 - place if indexing == "xy" and len(parts) > 1 and place < 2 else place
            steps[where] = part.strides[0]
        certain = all(one.certain for one in parts)
        found.append(Strided(tuple(shape), None if steps is None else tuple(steps), certain))
    return tuple(found)


@rule("hsplit")
def hsplit(input: Any, sections: Any = None, indices: Any = None) -> Result:
    return _split(input, sections, indices, 0 if tensor(input).rank == 1 else 1)


@rule("vsplit")
def vsplit(input: Any, sections: Any = None, indices: Any = None) -> Result:
    return _split(input, sections, indices, 0)


@rule("dsplit")
def dsplit(input: Any, sections: Any = None, indices: Any = None) -> Result:
    return _split(input, sections, indices, 2)


def _split(input: Any, sections: Any, indices: Any, dim: int) -> Result:
    return joining.tensor_split(input, sections, indices, dim)


@rule("cartesian_prod")
def cartesian_prod(tensors: Any) -> Result:
    parts = _parts(tensors)
    if any(part.rank != 1 for part in parts):
        raise Opaque("no lines")
    return parts[0] if len(parts) == 1 else contiguous((product(part.shape[0] for part in parts), len(parts)))


@rule("combinations")
def combinations(input: Any, r: Any = 2, with_replacement: Any = False) -> Result:
    length, count = integer(tensor(input).length(0)), integer(r)
    if count < 1 or not isinstance(with_replacement, bool):
        raise Opaque("an unusual form")
    return contiguous((math.comb(length + (count - 1) * with_replacement, count), count))


@rule("kron")
def kron(input: Any, other: Any) -> Result:
    a, b = tensor(input), tensor(other)
    rank = max(a.rank, b.rank)
    left, right = (1,) * (rank - a.rank) + a.shape, (1,) * (rank - b.rank) + b.shape
    return Strided(tuple(m * n for m, n in zip(left, right, strict=True)))


@rule("diag")
def diag(input: Any, diagonal: Any = 0) -> Result:
    """A matrix of a vector; of a matrix a copy of a diagonal."""
    x, offset = tensor(input), integer(diagonal)
    if x.rank == 1:
        return contiguous((x.shape[0] + abs(offset),) * 2)
    return contiguous(tensor(views.diagonal(x, offset)).shape)


@rule("diagflat")
def diagflat(input: Any, offset: Any = 0) -> Result:
    return contiguous((product(tensor(input).shape) + abs(integer(offset)),) * 2)


@rule("diag_embed")
def diag_embed(input: Any, offset: Any = 0, dim1: Any = -2, dim2: Any = -1) -> Result:
    """A zero-filled tensor in which the operand stands on a diagonal of two new axes."""
    x = tensor(input)
    first, second = axis(dim1, x.rank + 1), axis(dim2, x.rank + 1)
    length = x.length(-1) + abs(integer(offset))
    rest = list(x.shape[:-1])
    for place in sorted((first, second)):
        rest.insert(place, length)
    return contiguous(rest)


@rule("linalg_diagonal")
def linalg_diagonal(input: Any, offset: Any = 0, dim1: Any = -2, dim2: Any = -1) -> Result:
    return views.diagonal(input, offset, dim1, dim2)


@rule("pixel_unshuffle")
def pixel_unshuffle(input: Any, downscale_factor: Any) -> Result:
    x, r = tensor(input), size(downscale_factor)
    if x.rank < 3 or 0 in x.shape:
        raise Opaque("no pixels")
    channels, height, width = x.shape[-3:]
    return follows_format((*x.shape[:-3], channels * r * r, divide(height, r), divide(width, r)), x)


@rule("channel_shuffle")
def channel_shuffle(input: Any) -> Result:
    x = tensor(input)
    return follows_format(x.shape, x)


@rule("scalar_tensor")
def scalar(s: Any) -> Result:
    return contiguous(())


@rule("unravel_index")
def unravel_index(indices: Any, shape: Any) -> Result:
    x = tensor(indices)
    return (Strided(x.shape),) * len(sizes(shape))
