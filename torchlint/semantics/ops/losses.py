"""Losses: one number, or with `reduction="none"` one an element, a sample or a row."""

from __future__ import annotations

from typing import Any

from torchlint.semantics.dims import Dim, Opaque
from torchlint.semantics.ops.base import Result, Strided, broadcast, contiguous, rule, tensor, words
from torchlint.semantics.ops.pointwise import pointwise


def _reduced(reduction: Any, size_average: Any, reduce: Any) -> bool:
    """Whether all elements become one number. Raises Opaque where the arguments don't tell."""
    if size_average is not None or reduce is not None:
        raise Opaque("the old arguments")
    if reduction in ("mean", "sum", "batchmean"):
        return True
    if reduction == "none":
        return False
    raise Opaque("an unknown reduction")


@rule(
    *words("mse_loss l1_loss smooth_l1_loss huber_loss kl_div poisson_nll_loss soft_margin_loss hinge_embedding_loss")
)
@rule("binary_cross_entropy", "binary_cross_entropy_with_logits", "gaussian_nll_loss")
def elementwise(
    input: Any, target: Any, reduction: Any = "mean", size_average: Any = None, reduce: Any = None, weight: Any = None,
    pos_weight: Any = None, var: Any = None,
) -> Result:  # fmt: skip
    """One loss for each pair of elements; they broadcast."""
    if _reduced(reduction, size_average, reduce):
        return contiguous(())
    if weight is not None or pos_weight is not None:
        raise Opaque("weights broadcast too")
    x, y = tensor(input), tensor(target)
    found = pointwise((x, y))
    return found if x.shape == y.shape and x.strides == y.strides and var is None else Strided(found.shape)


@rule("cross_entropy")
def cross_entropy(
    input: Any, target: Any, reduction: Any = "mean", size_average: Any = None, reduce: Any = None
) -> Result:
    """One loss for each target; class probabilities have the input's shape, with the classes along axis 1."""
    if _reduced(reduction, size_average, reduce):
        return contiguous(())
    x, y = tensor(input), tensor(target)
    if x.rank == y.rank + 1:
        return contiguous(y.shape) if y.contiguous or not y.concrete else Strided(y.shape)
    if x.rank != y.rank:
        raise Opaque("not a target of this input")
    return Strided(x.shape[:1] + x.shape[2:] if x.rank > 1 else ())


@rule("nll_loss")
def nll_loss(input: Any, target: Any, reduction: Any = "mean", size_average: Any = None, reduce: Any = None) -> Result:
    if _reduced(reduction, size_average, reduce):
        return contiguous(())
    return contiguous(()) if tensor(input).rank == 1 else contiguous(tensor(target).shape)


@rule("ctc_loss")
def ctc_loss(log_probs: Any, reduction: Any = "mean") -> Result:
    if _reduced(reduction, None, None):
        return contiguous(())
    return contiguous(tensor(log_probs).shape[1:-1])


@rule("multilabel_soft_margin_loss")
def soft_rowwise(
    input: Any, target: Any, reduction: Any = "mean", size_average: Any = None, reduce: Any = None
) -> Result:
    """One loss for each row of scores; scores and targets broadcast."""
    if _reduced(reduction, size_average, reduce):
        return contiguous(())
    return Strided(broadcast((tensor(input).shape, tensor(target).shape))[:-1])


@rule("multi_margin_loss", "multilabel_margin_loss")
def rowwise(input: Any, reduction: Any = "mean", size_average: Any = None, reduce: Any = None) -> Result:
    """One loss for each row of scores."""
    if _reduced(reduction, size_average, reduce):
        return contiguous(())
    return contiguous(tensor(input).shape[:-1])


@rule("margin_ranking_loss", "cosine_embedding_loss", "triplet_margin_loss", "linear_cross_entropy")
@rule("triplet_margin_with_distance_loss")
def of_several(
    reduction: Any = "mean",
    size_average: Any = None,
    reduce: Any = None,
    input1: Any = None,
    input2: Any = None,
    target: Any = None,
    anchor: Any = None,
    positive: Any = None,
    negative: Any = None,
) -> Result:
    if _reduced(reduction, size_average, reduce):
        return contiguous(())
    return Strided(broadcast(_samples(input1, input2, target, anchor, positive, negative)))


def _samples(*operands: Any) -> list[tuple[int | Dim, ...]]:
    found = [tensor(operand) for operand in operands if operand is not None]
    if len(found) == 3 and operands[0] is None:  # anchor, positive and negative
        return [one.shape[:-1] for one in found]
    raise Opaque("one loss for each sample")
