"""The logarithm of a sum of exponentials.

## What it does

Finds `log(exp(x).sum(dim))`, the same with `mean`, and `log(exp(a) + exp(b))`, in any spelling and through variables.

## Why is this bad

`exp()` overflows above 88.7 in float32 (11.0 in float16), and below -104 all of it is rounded to 0: the logarithm is
inf or -inf, and the gradient NaN, although the right result is close to the largest element of `x`. `torch.logsumexp()`
and `torch.logaddexp()` give it for every finite input.

## When it stays silent

- A maximum, something detached, or something unknown is subtracted from the exponent first.
- The exponent can't be large: a negative square or distance, a cosine, a log-probability, something clamped.
- The exponentials are weighted or masked before they are summed, or a number that isn't tiny is added
  (`log(1 + exp(x))` is softplus).
- numpy and other libraries.

## Example

```python
total = torch.exp(scores).sum(dim=1)
log_partition = torch.log(total)
```

## Use instead

```python
log_partition = torch.logsumexp(scores, dim=1)
```

## Fix safety

Safe: up to rounding, the result stays the same wherever it was finite. Unsafe where a small number is added inside the
logarithm or bounds the sum below, since results change. There is no fix for a mean, where no axis is given and the
rank isn't known, and for integer tensors.

## References

- [torch.logsumexp](https://pytorch.org/docs/stable/generated/torch.logsumexp.html)
- [torch.logaddexp](https://pytorch.org/docs/stable/generated/torch.logaddexp.html)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchlint.rewrite import Pair, RewriteRule
from torchlint.rule import Group, Safety

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_HARD = {"x": (1000.0, 990.0, -1000.0, 0.0, 5.0)}


class Plain(Pair):
    unbounded = ("x",)
    many_axes = True
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int, keepdim: bool) -> Tensor:
        return torch.log(torch.sum(torch.exp(x), dim, keepdim=keepdim))

    @staticmethod
    def replacement(x: Tensor, dim: int, keepdim: bool) -> Tensor:
        return torch.logsumexp(x, dim=dim, keepdim=keepdim)


class WithEpsilon(Pair):
    safety = Safety.UNSAFE
    unbounded = ("x",)
    many_axes = True
    hard = _HARD
    tolerance = 1e-6

    @staticmethod
    def pattern(x: Tensor, dim: int, keepdim: bool, eps: float) -> Tensor:
        return torch.log(torch.sum(torch.exp(x), dim, keepdim=keepdim) + eps)

    @staticmethod
    def replacement(x: Tensor, dim: int, keepdim: bool, eps: float) -> Tensor:
        return torch.logsumexp(x, dim=dim, keepdim=keepdim)


class WithFloor(Pair):
    safety = Safety.UNSAFE
    unbounded = ("x",)
    many_axes = True
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int, keepdim: bool, eps: float) -> Tensor:
        return torch.log(torch.clamp(torch.sum(torch.exp(x), dim, keepdim=keepdim), min=eps))

    @staticmethod
    def replacement(x: Tensor, dim: int, keepdim: bool, eps: float) -> Tensor:
        return torch.logsumexp(x, dim=dim, keepdim=keepdim)


class Mean(Pair):
    advice = "use logsumexp() and subtract the logarithm of the number of elements"
    unbounded = ("x",)
    many_axes = True
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int, keepdim: bool) -> Tensor:
        return torch.log(torch.mean(torch.exp(x), dim, keepdim=keepdim))

    @staticmethod
    def replacement(x: Tensor, dim: int, keepdim: bool) -> Tensor:
        return torch.logsumexp(x, dim=dim, keepdim=keepdim) - torch.log(torch.tensor(x.shape[dim], dtype=x.dtype))


class OfTwo(Pair):
    unbounded = ("x", "other")
    hard = _HARD
    message = "exp() of {x} or {other} overflows, or both are rounded to 0, and the logarithm becomes infinite; use logaddexp()"

    @staticmethod
    def pattern(x: Tensor, other: Tensor) -> Tensor:
        return torch.log(torch.exp(x) + torch.exp(other))

    @staticmethod
    def replacement(x: Tensor, other: Tensor) -> Tensor:
        return torch.logaddexp(x, other)


class ManualLogsumexp(RewriteRule):
    code = "TL303"
    name = "manual-logsumexp"
    group = Group.NUMERICS
    needs = frozenset({"log"})
    pairs = (Plain, WithEpsilon, WithFloor, Mean, OfTwo)
    message = (
        "exp() of {x} overflows, or all of it is rounded to 0, and the logarithm becomes infinite; use logsumexp()"
    )
