"""A softmax that is written out by hand.

## What it does

Finds a softmax written out as `exp(x) / exp(x).sum(dim, keepdim=True)`, in any spelling and through variables.

## Why is this bad

`exp()` overflows above 88.7 in float32 (11.0 in float16). One large score turns the numerator and the sum into infinity,
and infinity divided by infinity is NaN, in the result and in all gradients. `torch.softmax()` subtracts the maximum first and
is correct for every finite input. It also is faster and keeps one tensor less for the backward pass.

## When it stays silent

- A maximum, something detached, or something unknown is subtracted from the exponent first.
- The exponent can't be large: a negative square or distance, a cosine, a probability, something clamped, tanh() and the like,
  or one that the function most likely gets, since it's handed on with them (`apply(self.loss, probabilities)`).
- Numerator and denominator are made from different tensors, or are weighted differently: then it isn't a softmax.
- numpy and other libraries.

## Example

```python
weights = torch.exp(scores)
weights = weights / weights.sum(dim=-1, keepdim=True)
```

## Use instead

```python
weights = torch.softmax(scores, dim=-1)
```

## Fix safety

Safe: up to rounding, the result and its gradient stay the same wherever they were finite. Unsafe where a small number is
added to the denominator or bounds it below, or `F.normalize(p=1)` divides: softmax needs no such guard, but results change
in their last digits, and much where all scores are far below zero. There is no fix for a mask or weight on the exponentials
(use `masked_fill(mask, -inf)` on the scores instead, and take care of rows in which everything is masked), for several axes
at once, where no axis is given and the rank isn't known, and for integer tensors.

## References

- [torch.nn.functional.softmax](https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchlint.rewrite import Pair, RewriteRule
from torchlint.rule import Group, Safety

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_HARD = {"x": (1000.0, 990.0, -1000.0, 0.0, 5.0)}
_MASKED = (
    "the mask has to move into the exponent: masked_fill(mask, -inf) before softmax(), which is NaN where all is masked"
)
_MASK = {"mask": (1.0, 0.0, 1.0, 1.0, 0.0)}
_BOOLEAN_MASK = {"mask": (False, False, False, True, True)}


class Plain(Pair):
    unbounded = ("x",)
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int) -> Tensor:
        return torch.exp(x) / torch.sum(torch.exp(x), dim, keepdim=True)

    @staticmethod
    def replacement(x: Tensor, dim: int) -> Tensor:
        return torch.nn.functional.softmax(x, dim=dim)


class WithEpsilon(Pair):
    safety = Safety.UNSAFE
    unbounded = ("x",)
    hard = _HARD
    tolerance = 1e-6

    @staticmethod
    def pattern(x: Tensor, dim: int, eps: float) -> Tensor:
        return torch.exp(x) / (torch.sum(torch.exp(x), dim, keepdim=True) + eps)

    @staticmethod
    def replacement(x: Tensor, dim: int, eps: float) -> Tensor:
        return torch.nn.functional.softmax(x, dim=dim)


class WithFloor(Pair):
    safety = Safety.UNSAFE
    unbounded = ("x",)
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int, eps: float) -> Tensor:
        return torch.exp(x) / torch.clamp(torch.sum(torch.exp(x), dim, keepdim=True), min=eps)

    @staticmethod
    def replacement(x: Tensor, dim: int, eps: float) -> Tensor:
        return torch.nn.functional.softmax(x, dim=dim)


class ByNormalize(Pair):
    safety = Safety.UNSAFE
    unbounded = ("x",)
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int) -> Tensor:
        return torch.nn.functional.normalize(torch.exp(x), p=1.0, dim=dim)

    @staticmethod
    def replacement(x: Tensor, dim: int) -> Tensor:
        return torch.nn.functional.softmax(x, dim=dim)


class Masked(Pair):
    advice = _MASKED
    unbounded = ("x",)
    hard = _HARD
    ordinary = _MASK

    @staticmethod
    def pattern(x: Tensor, mask: Tensor, dim: int) -> Tensor:
        return torch.exp(x) * mask / torch.sum(torch.exp(x) * mask, dim, keepdim=True)

    @staticmethod
    def replacement(x: Tensor, mask: Tensor, dim: int) -> Tensor:
        return torch.nn.functional.softmax(x.masked_fill(mask == 0, float("-inf")), dim=dim)


class MaskedWithEpsilon(Pair):
    advice = _MASKED
    unbounded = ("x",)
    hard = _HARD
    ordinary = _MASK
    tolerance = 1e-6

    @staticmethod
    def pattern(x: Tensor, mask: Tensor, dim: int, eps: float) -> Tensor:
        return torch.exp(x) * mask / (torch.sum(torch.exp(x) * mask, dim, keepdim=True) + eps)

    @staticmethod
    def replacement(x: Tensor, mask: Tensor, dim: int, eps: float) -> Tensor:
        return torch.nn.functional.softmax(x.masked_fill(mask == 0, float("-inf")), dim=dim)


class MaskedWithFloor(Pair):
    advice = _MASKED
    unbounded = ("x",)
    hard = _HARD
    ordinary = _MASK

    @staticmethod
    def pattern(x: Tensor, mask: Tensor, dim: int, eps: float) -> Tensor:
        return torch.exp(x) * mask / torch.clamp(torch.sum(torch.exp(x) * mask, dim, keepdim=True), min=eps)

    @staticmethod
    def replacement(x: Tensor, mask: Tensor, dim: int, eps: float) -> Tensor:
        return torch.nn.functional.softmax(x.masked_fill(mask == 0, float("-inf")), dim=dim)


class MaskFilled(Pair):
    advice = _MASKED
    unbounded = ("x",)
    hard = _HARD
    ordinary = _BOOLEAN_MASK

    @staticmethod
    def pattern(x: Tensor, mask: Tensor, dim: int) -> Tensor:
        return torch.exp(x).masked_fill(mask, 0) / torch.sum(torch.exp(x).masked_fill(mask, 0), dim, keepdim=True)

    @staticmethod
    def replacement(x: Tensor, mask: Tensor, dim: int) -> Tensor:
        return torch.nn.functional.softmax(x.masked_fill(mask, float("-inf")), dim=dim)


class MaskFilledWithEpsilon(Pair):
    advice = _MASKED
    unbounded = ("x",)
    hard = _HARD
    ordinary = _BOOLEAN_MASK
    tolerance = 1e-6

    @staticmethod
    def pattern(x: Tensor, mask: Tensor, dim: int, eps: float) -> Tensor:
        return torch.exp(x).masked_fill(mask, 0) / (
            torch.sum(torch.exp(x).masked_fill(mask, 0), dim, keepdim=True) + eps
        )

    @staticmethod
    def replacement(x: Tensor, mask: Tensor, dim: int, eps: float) -> Tensor:
        return torch.nn.functional.softmax(x.masked_fill(mask, float("-inf")), dim=dim)


class ManualSoftmax(RewriteRule):
    code = "TL301"
    name = "manual-softmax"
    group = Group.NUMERICS
    needs = frozenset({"exp"})
    pairs = (
        Plain,
        WithEpsilon,
        WithFloor,
        ByNormalize,
        Masked,
        MaskedWithEpsilon,
        MaskedWithFloor,
        MaskFilled,
        MaskFilledWithEpsilon,
    )
    message = "exp() of {x} overflows for large values, and this softmax becomes NaN; use softmax()"
