"""Copies of views, and results with something written into them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from torchlint.semantics.dims import Opaque
from torchlint.semantics.ops import indexing, joining, views
from torchlint.semantics.ops.base import (
    RULES,
    Many,
    Result,
    Strided,
    contiguous,
    follows_format,
    integer,
    rule,
    sizes,
    tensor,
    words,
)
from torchlint.semantics.strides import preserved_strides

VIEWS = words("permute transpose t expand squeeze unsqueeze view detach diagonal narrow split_with_sizes unbind")
COPIES = {f"{name}_copy": RULES[name] for name in VIEWS} | {"unfold_copy": indexing.unfold, "alias_copy": views.same}


def fresh(result: Any) -> Any:
    """The same sizes in the default layout."""
    if isinstance(result, Strided):
        return contiguous(result.shape)
    return Many(fresh(result.item), result.count) if isinstance(result, Many) else tuple(map(fresh, result))


def _copied(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def copy(**arguments: Any) -> Any:
        return fresh(view(**arguments))

    return copy


RULES.update((name, _copied(view)) for name, view in COPIES.items())
RULES["unsafe_chunk"], RULES["unsafe_split"] = joining.chunk, joining.split


@rule("as_strided_copy")
def as_strided_copy(size: Any) -> Result:
    return contiguous(sizes(size))


@rule("as_strided")
def as_strided(size: Any, stride: Any) -> Result:
    shape, strides = sizes(size), sizes(stride)
    if len(shape) != len(strides):
        raise Opaque("not one stride an axis")
    return Strided(shape, tuple(map(integer, strides))) if Strided(shape).concrete else Strided(shape)


@rule("scatter_reduce", "index_reduce", "renorm", "rrelu")
def default_layout(input: Any) -> Result:
    return contiguous(tensor(input).shape)


@rule("put", "index_put", "index_fill", "fill", "zero")
@rule("uniform", "exponential", "cauchy", "geometric", "log_normal", "random", "copy", "fill_diagonal")
def written(input: Any) -> Result:
    """A copy of the first operand with other elements; a dense tensor keeps its strides."""
    x = tensor(input)
    return x if x.strides is None else Strided(x.shape, preserved_strides(x.numbers, x.strides), x.certain)


@rule("select_scatter", "slice_scatter", "diagonal_scatter", "as_strided_scatter")
def scattered(input: Any) -> Result:
    x = tensor(input)
    return follows_format(x.shape, x)


@rule("take")
def take(index: Any) -> Result:
    return contiguous(tensor(index).shape)


@rule("trace", "dist")
def number(input: Any) -> Result:
    return contiguous(())


@rule("view_as_real")
def view_as_real(input: Any) -> Result:
    x = tensor(input)
    if x.strides is None:
        return Strided((*x.shape, 2))
    return Strided((*x.shape, 2), (*(2 * stride for stride in x.strides), 1), x.certain)


@rule("view_as_complex")
def view_as_complex(input: Any) -> Result:
    x = tensor(input)
    if x.rank == 0 or x.strides is None:
        return Strided(x.shape[:-1])
    if x.strides[-1] != 1 or any(stride % 2 for stride in x.strides[:-1]):
        raise Opaque("numbers that don't lie side by side")
    return Strided(x.shape[:-1], tuple(stride // 2 for stride in x.strides[:-1]), x.certain)


@rule("gumbel_softmax")
def gumbel_softmax(logits: Any) -> Result:
    return Strided(tensor(logits).shape)


@rule("real", "imag")
def part_of_complex(input: Any) -> Result:
    """Of a complex tensor every second number, of a real one all."""
    return Strided(tensor(input).shape)


@rule("resize")
def resize(size: Any) -> Result:
    return Strided(sizes(size))


@rule("resize_as")
def resize_as(the_template: Any) -> Result:
    return Strided(tensor(the_template).shape)
