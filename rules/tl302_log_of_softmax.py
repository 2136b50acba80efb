"""The logarithm of a softmax.

## What it does

Finds the logarithm of a softmax, also where elements are picked (by an index, `gather`, `topk` or `sort`) or the shape
changes in between, and through variables, attributes that hold an `nn.Softmax`, and a softmax that is written out.

## Why is this bad

A score that lies 104 below the largest has a softmax that is rounded to 0 in float32 (17 in float16). Its logarithm
is -inf, and the gradient NaN: this is how losses explode late in training, when the model is most certain. `log_softmax()`
computes the same number, -104, without the detour. A small number inside the logarithm hides the infinity, but caps the
loss and takes the gradient away from just the samples that are most wrong.

## When it stays silent

- The probabilities are averaged, weighted, summed, clamped or changed in place before the logarithm: there is no such form.
- Only the largest probability is taken, or one that was drawn; or the logarithms only serve to choose the best (`argmax`,
  the indices of `topk`, an index that a function gives): there -inf is last, and no gradient flows.
- A maximum, something detached, or something unknown is subtracted first in a softmax that is written out.
- The scores lie between two constants (cosines over a temperature).
- A small number inside does no harm: the logarithm is weighted by the probability itself, as in an entropy, the
  scores are detached, or the costs of each row with each label (`cost[:, labels]`) are returned for a matching.
- numpy and other libraries.

## Example

```python
p = torch.softmax(logits, dim=1)
loss = -torch.log(p.gather(1, target)).mean()
```

## Use instead

```python
loss = -torch.log_softmax(logits, dim=1).gather(1, target).mean()
```

## Fix safety

Safe: up to rounding, the result stays the same wherever it was finite. Unsafe where a small number is added inside the
logarithm, since results change. There is no fix where no axis is given and the rank isn't known, where no name holds
the softmax's input at the logarithm, and where `topk` or `sort` stands in between.

## References

- [torch.nn.functional.log_softmax](https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)
- [A softmax whose logarithm gave -inf in a loss](https://github.com/allenai/allennlp/issues/2797)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchlint.rewrite import Pair, RewriteRule
from torchlint.rule import Group, Safety

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_HARD = {"x": (1000.0, 990.0, -1000.0, 0.0, 5.0)}
_CAPPED = "{eps} inside the logarithm caps it and takes its gradient away; use log_softmax() of {x}"


class Plain(Pair):
    wide = ("x",)
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int, dtype: torch.dtype | None) -> Tensor:
        return torch.log(torch.softmax(x, dim, dtype=dtype))

    @staticmethod
    def replacement(x: Tensor, dim: int, dtype: torch.dtype | None) -> Tensor:
        return torch.nn.functional.log_softmax(x, dim=dim, dtype=dtype)


class WithEpsilon(Pair):
    safety = Safety.UNSAFE
    wide = ("x",)
    hard = _HARD
    tolerance = 1e-4
    message = _CAPPED

    @staticmethod
    def pattern(x: Tensor, dim: int, eps: float, dtype: torch.dtype | None) -> Tensor:
        return torch.log(torch.softmax(x, dim, dtype=dtype) + eps)

    @staticmethod
    def replacement(x: Tensor, dim: int, eps: float, dtype: torch.dtype | None) -> Tensor:
        return torch.nn.functional.log_softmax(x, dim=dim, dtype=dtype)


class ByHand(Pair):
    unbounded = ("x",)
    hard = _HARD

    @staticmethod
    def pattern(x: Tensor, dim: int) -> Tensor:
        return torch.log(torch.exp(x) / torch.sum(torch.exp(x), dim, keepdim=True))

    @staticmethod
    def replacement(x: Tensor, dim: int) -> Tensor:
        return torch.nn.functional.log_softmax(x, dim=dim)


class ByHandWithEpsilon(Pair):
    safety = Safety.UNSAFE
    unbounded = ("x",)
    hard = _HARD
    tolerance = 1e-4
    message = _CAPPED

    @staticmethod
    def pattern(x: Tensor, dim: int, eps: float) -> Tensor:
        return torch.log(torch.exp(x) / torch.sum(torch.exp(x), dim, keepdim=True) + eps)

    @staticmethod
    def replacement(x: Tensor, dim: int, eps: float) -> Tensor:
        return torch.nn.functional.log_softmax(x, dim=dim)


class LogOfSoftmax(RewriteRule):
    code = "TL302"
    name = "log-of-softmax"
    group = Group.NUMERICS
    needs = frozenset({"log"})
    pairs = (Plain, WithEpsilon, ByHand, ByHandWithEpsilon)
    message = "the softmax of {x} is rounded to 0 where a score is far below the largest, and log(0) is -inf; use log_softmax()"
