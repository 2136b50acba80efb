"""Reductions, softmax, and order statistics along an axis. Results are in the default layout, except where noted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from torchlint.semantics.dims import Opaque
from torchlint.semantics.ops.base import Result, Strided, axes, axis, contiguous, rule, size, tensor, words
from torchlint.semantics.ops.pointwise import pointwise
from torchlint.semantics.strides import preserved_strides

FULL_OR_AXES = words("""
sum mean prod nansum nanmean amax amin logsumexp norm count_nonzero std var argmax argmin
linalg_norm linalg_vector_norm masked_sum masked_mean masked_prod masked_amax masked_amin masked_argmax masked_argmin
masked_std masked_var masked_norm masked_logsumexp
""")


@rule(*FULL_OR_AXES)
def reduce(input: Any, dim: Any = None, keepdim: Any = False) -> Result:
    return _reduced(tensor(input), dim, keepdim)


@rule("all", "any")
def truth(input: Any, dim: Any = None, keepdim: Any = False) -> Result:
    if dim == ():
        raise Opaque("no axes, or all of them")
    return _reduced(tensor(input), dim, keepdim)


@rule("max", "min", "median", "nanmedian", "mode", "kthvalue")
def reduce_with_indices(input: Any, dim: Any = None, keepdim: Any = False, other: Any = None) -> Result:
    """Values and indices with `dim`, one number without."""
    if isinstance(other, Strided):
        return pointwise((tensor(input), other))
    if other is not None:
        raise Opaque("not known to be a tensor")
    if dim is None:
        return contiguous(())
    result = _reduced(tensor(input), dim, keepdim)
    return result, result


@rule("std_mean", "var_mean")
def two_moments(input: Any, dim: Any = None, keepdim: Any = False) -> Result:
    result = _reduced(tensor(input), dim, keepdim)
    return result, result


@rule("cummax", "cummin")
def running(input: Any) -> Result:
    result = contiguous(tensor(input).shape)
    return result, result


@rule("topk")
def topk(input: Any, k: Any, dim: Any = -1) -> Result:
    x = tensor(input)
    if not x.rank:
        return contiguous(()), contiguous(())
    place = axis(dim, x.rank)
    result = contiguous((*x.shape[:place], size(k), *x.shape[place + 1 :]))
    return result, result


@rule("sort", "msort")
def sort(input: Any) -> Result:
    """Values and indices keep the order of the operand's axes."""
    result = _sorted(tensor(input))
    return result, result


@rule("argsort")
def argsort(input: Any) -> Result:
    return _sorted(tensor(input))


@rule("masked_median")
def masked_median(input: Any, dim: Any = -1, keepdim: Any = False) -> Result:
    return _reduced(tensor(input), dim, keepdim)


@rule("softmax", "log_softmax", "softmin", "masked_softmax", "masked_log_softmax", "masked_softmin")
@rule("masked_cumsum", "masked_cumprod")
def softmax(input: Any) -> Result:
    return contiguous(tensor(input).shape)


def _sorted(x: Strided) -> Strided:
    return x if x.strides is None else replace(x, strides=preserved_strides(x.numbers, x.strides))


def _reduced(x: Strided, dim: Any, keepdim: Any) -> Strided:
    if not isinstance(keepdim, bool):
        raise Opaque("keepdim is not known")
    gone = axes(dim, x.rank)
    if keepdim:
        return contiguous([1 if i in gone else length for i, length in enumerate(x.shape)])
    return contiguous([length for i, length in enumerate(x.shape) if i not in gone])
