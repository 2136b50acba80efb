"""Distances, differences, quantiles, and further products and layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchlint.semantics.dims import Dim, Opaque, divide, product
from torchlint.semantics.ops.base import (
    Result,
    Strided,
    axis,
    broadcast,
    contiguous,
    each,
    follows_format,
    integer,
    rule,
    size,
    sizes,
    tensor,
)
from torchlint.semantics.ops.base import tensors as operands
from torchlint.semantics.ops.pointwise import pointwise
from torchlint.semantics.ops.reductions import reduce

MAX_DIFFERENCES = 8


@rule("inner")
def inner(input: Any, other: Any) -> Result:
    a, b = tensor(input), tensor(other)
    if not a.rank or not b.rank:
        return pointwise((a, b))
    return contiguous((*a.shape[:-1], *b.shape[:-1]))


@rule("vdot")
def vdot(input: Any) -> Result:
    return contiguous(())


@rule("addmv")
def addmv(mat: Any) -> Result:
    x = tensor(mat)
    if 0 in x.shape:
        raise Opaque("nothing to add")
    return contiguous(x.shape[:1])


@rule("addr")
def addr(vec1: Any, vec2: Any) -> Result:
    return Strided((*tensor(vec1).shape, *tensor(vec2).shape))


@rule("cross", "linalg_cross")
def cross(input: Any, other: Any) -> Result:
    a, b = tensor(input), tensor(other)
    shape = broadcast((a.shape, b.shape))
    return contiguous(shape)


@rule("diff")
def diff(input: Any, n: Any = 1, dim: Any = -1, prepend: Any = None, append: Any = None) -> Result:
    """`n` times one part of the tensor minus another."""
    x, count = tensor(input), integer(n)
    place = axis(dim, x.rank)
    if prepend is not None or append is not None:
        ends = [Strided((1,) * x.rank) if one is None else tensor(one) for one in (prepend, append)]
        more = [0 if given is None else one.shape[place] for given, one in zip((prepend, append), ends, strict=True)]
        length = x.shape[place] + more[0] + more[1]
        x = contiguous((*x.shape[:place], length, *x.shape[place + 1 :])) if count else x
    if not 0 <= count <= MAX_DIFFERENCES:
        raise Opaque("too many")
    if not count:
        return Strided(x.shape)
    for _ in range(count):
        rest = x.shape[place] - 1
        shape = (*x.shape[:place], max(rest, 0) if isinstance(rest, int) else rest, *x.shape[place + 1 :])
        x = pointwise((Strided(shape, x.strides, x.certain),))
    return x


@rule("trapezoid", "trapz")
def trapezoid(y: Any, dim: Any = -1, x: Any = None) -> Result:
    if x is not None:
        raise Opaque("places broadcast")
    return contiguous(_without_axis(tensor(y), dim))


@rule("cumulative_trapezoid")
def cumulative_trapezoid(y: Any, dim: Any = -1, x: Any = None) -> Result:
    if x is not None:
        raise Opaque("places broadcast")
    found = tensor(y)
    place = axis(dim, found.rank)
    if found.shape[place] == 0:
        raise Opaque("nothing to sum")
    return Strided((*found.shape[:place], found.shape[place] - 1, *found.shape[place + 1 :]))


def _without_axis(x: Strided, dim: Any) -> tuple[int | Dim, ...]:
    place = axis(dim, x.rank)
    return (*x.shape[:place], *x.shape[place + 1 :])


@rule("quantile", "nanquantile")
def quantile(input: Any, q: Any, dim: Any = None, keepdim: Any = False) -> Result:
    x = tensor(input)
    if not isinstance(q, float | Strided) or not isinstance(keepdim, bool):
        raise Opaque("one quantile or several")
    if dim is None:
        rest: tuple[int | Dim, ...] = (1,) * x.rank if keepdim else ()
    else:
        place = axis(dim, x.rank)
        rest = (*x.shape[:place], *((1,) if keepdim else ()), *x.shape[place + 1 :])
    return Strided((*q.shape, *rest)) if isinstance(q, Strided) and q.rank else contiguous(rest)


@rule("histogram")
def histogram(bins: Any = 100) -> Result:
    count = size(bins)
    return contiguous((count,)), contiguous((count + 1,))


@rule("histc")
def histc(bins: Any = 100) -> Result:
    return contiguous((size(bins),))


@rule("multinomial")
def multinomial(input: Any, num_samples: Any) -> Result:
    return contiguous((*tensor(input).shape[:-1], size(num_samples)))


@rule("bucketize")
def bucketize(input: Any) -> Result:
    x = tensor(input)
    return contiguous(x.shape)


@rule("searchsorted")
def searchsorted(input: Any) -> Result:
    return contiguous(tensor(input).shape)


@rule("isin")
def isin(elements: Any) -> Result:
    x = tensor(elements)
    return follows_format(x.shape, x)


@rule("cdist")
def cdist(x1: Any, x2: Any) -> Result:
    a, b = tensor(x1), tensor(x2)
    if a.rank < 2 or b.rank < 2:
        raise Opaque("no rows")
    return contiguous((*broadcast((a.shape[:-2], b.shape[:-2])), a.shape[-2], b.shape[-2]))


@rule("pairwise_distance")
def pairwise_distance(x1: Any, x2: Any, keepdim: Any = False) -> Result:
    shape = broadcast((tensor(x1).shape, tensor(x2).shape))
    if not isinstance(keepdim, bool) or not shape:
        raise Opaque("keepdim is not known")
    return contiguous((*shape[:-1], 1) if keepdim else shape[:-1])


@rule("cosine_similarity")
def cosine_similarity(x1: Any, x2: Any, dim: Any = 1) -> Result:
    shape = broadcast((tensor(x1).shape, tensor(x2).shape))
    place = axis(dim, len(shape))
    return contiguous((*shape[:place], *shape[place + 1 :]))


@rule("grid_sample")
def grid_sample(input: Any, grid: Any) -> Result:
    x, places = tensor(input), tensor(grid)
    if x.rank != places.rank or x.rank not in (4, 5):
        raise Opaque("no grid")
    return follows_format((*x.shape[:2], *places.shape[1:-1]), x)


@rule("affine_grid")
def affine_grid(theta: Any, size: Any) -> Result:
    wanted = sizes(size)
    if len(wanted) not in (4, 5):
        raise Opaque("no image")
    batch, _, *spatial = wanted
    return Strided((batch, *spatial, len(spatial)))


@rule("bilinear")
def bilinear(input1: Any, weight: Any = None, out_features: Any = None) -> Result:
    x = tensor(input1)
    return Strided((*x.shape[:-1], tensor(weight).length(0) if out_features is None else size(out_features)))


@rule("tensordot")
def tensordot(input: Any, b: Any, dims: Any = 2) -> Result:
    x, y = tensor(input), tensor(b)
    if isinstance(dims, int):
        count = dims
        return products_of(x.shape[: x.rank - count], y.shape[count:])
    if not isinstance(dims, tuple) or len(dims) != 2 or not all(isinstance(one, tuple) for one in dims):
        raise Opaque("not two lists of axes")
    left = {axis(one, x.rank) for one in dims[0]}
    right = {axis(one, y.rank) for one in dims[1]}
    return products_of(
        [one for place, one in enumerate(x.shape) if place not in left],
        [one for place, one in enumerate(y.shape) if place not in right],
    )


def products_of(rows: Any, columns: Any) -> Strided:
    """A product's result."""
    return contiguous((*rows, *columns))


@rule("frexp")
def frexp(input: Any) -> Result:
    found = pointwise((tensor(input),))
    return found, found


@rule("aminmax")
def aminmax(input: Any, dim: Any = None, keepdim: Any = False) -> Result:
    found = reduce(input, dim, keepdim)
    return found, found


@rule("native_layer_norm")
def native_layer_norm(input: Any, normalized_shape: Any) -> Result:
    x = tensor(input)
    count = len(sizes(normalized_shape))
    moments = contiguous((*x.shape[: x.rank - count], *(1,) * count))
    return contiguous(x.shape), moments, moments


@rule("cov", "corrcoef")
def covariance(input: Any) -> Result:
    x = tensor(input)
    rows = 1 if x.rank < 2 else x.shape[0]
    if isinstance(rows, Dim):
        raise Opaque("one row gives a number")
    return contiguous((rows, rows) if rows != 1 else ())


@rule("fold")
def fold(input: Any, output_size: Any, kernel_size: Any) -> Result:
    x, lengths, window = tensor(input), each(output_size, 2), each(kernel_size, 2)
    if x.rank not in (2, 3):
        raise Opaque("no columns")
    return Strided((*x.shape[:-2], divide(x.shape[-2], product(window)), *lengths))


@rule("embedding_bag")
def embedding_bag(
    input: Any, weight: Any = None, embedding_dim: Any = None, offsets: Any = None, include_last_offset: Any = False
) -> Result:
    x = tensor(input)
    width = size(embedding_dim) if embedding_dim is not None else tensor(weight).length(1)
    if x.rank == 2 and offsets is None:
        return contiguous((x.shape[0], width))
    if include_last_offset is not False:
        raise Opaque("one offset more")
    return contiguous((tensor(offsets).length(0), width))


def _unpool(name: str, spatial: int) -> None:
    @rule(name)
    def unpool(input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None) -> Result:
        x = tensor(input)
        if output_size is not None or x.rank not in (spatial + 1, spatial + 2):
            raise Opaque("an asked for size")
        options = [each(one, spatial) for one in (kernel_size, kernel_size if stride is None else stride, padding)]
        lengths = [
            (length - 1) * step - 2 * pad + window
            for length, window, step, pad in zip(x.shape[-spatial:], *options, strict=True)
        ]
        return Strided((*x.shape[:-spatial], *lengths))


for _spatial in (1, 2, 3):
    _unpool(f"max_unpool{_spatial}d", _spatial)


def _fractional(name: str, spatial: int) -> None:
    @rule(name)
    def fractional(
        input: Any, output_size: Any = None, output_ratio: Any = None, return_indices: Any = False
    ) -> Result:
        x = tensor(input)
        if not isinstance(return_indices, bool) or x.rank not in (spatial + 1, spatial + 2):
            raise Opaque("an unknown form")
        if output_size is not None:
            lengths: Sequence[int | Dim] = each(output_size, spatial)
        else:
            ratios = output_ratio if isinstance(output_ratio, tuple) else (output_ratio,) * spatial
            if len(ratios) != spatial:
                raise Opaque("not one ratio an axis")
            lengths = [_share(length, ratio) for length, ratio in zip(x.shape[-spatial:], ratios, strict=True)]
        found = contiguous((*x.shape[:-spatial], *lengths))
        return (found, found) if return_indices else found


def _share(length: int | Dim, ratio: Any) -> int:
    if not isinstance(length, int) or not isinstance(ratio, float):
        raise Opaque("a share of an unknown size")
    return int(length * ratio)


_fractional("fractional_max_pool2d", 2)
_fractional("fractional_max_pool3d", 3)


@rule("linalg_multi_dot")
def multi_dot(tensors: Any) -> Result:
    parts = operands(tensors[0] if isinstance(tensors, tuple) and len(tensors) == 1 else tensors)
    if any(part.rank not in (1, 2) for part in parts) or any(part.rank != 2 for part in parts[1:-1]):
        raise Opaque("no matrices")
    return Strided((*parts[0].shape[:-1], *(parts[-1].shape[1:])))
