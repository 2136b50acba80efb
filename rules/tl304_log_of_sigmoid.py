"""The logarithm of a sigmoid.

## What it does

Finds `log(sigmoid(x))` and `log(1 - sigmoid(x))`, also where elements are picked or the shape changes in between, and
through variables and attributes that hold an `nn.Sigmoid`.

## Why is this bad

In float32 `sigmoid(x)` is rounded to 0 below -104 and to 1 above 17 (in float16 -17 and 8). Then `log(sigmoid(x))` or
`log(1 - sigmoid(x))` is -inf and the loss is infinite, although the right value is about `x` or `-x`. `logsigmoid()` is correct for
every finite input. A small number inside the logarithm hides the infinity, but caps the loss and takes the gradient away
from just the samples that are most wrong.

## When it stays silent

- The probabilities are averaged, multiplied, clamped or changed in place before the logarithm: there is no such form.
- The scores lie between two constants (a cosine).
- The logarithms only serve to choose the best (`argmax`, the indices of `topk`): there -inf is last.
- A small number inside does no harm: the logarithm is weighted by the probability itself, as in an entropy, the scores
  are detached, or the costs of each row with each label (`cost[:, labels]`) are returned for a matching. Or it has a task: the
  logarithm is a scale, and something is divided by its `exp()`.
- numpy and other libraries.

## Example

```python
p = torch.sigmoid(x)
loss = -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()
```

## Use instead

```python
loss = -(t * F.logsigmoid(x) + (1 - t) * F.logsigmoid(-x)).mean()
```

or, for this loss, `F.binary_cross_entropy_with_logits(x, t)`.

## Fix safety

Safe: up to rounding, the result stays the same wherever it was finite. Unsafe where a small number is added inside the
logarithm, since results change. There is no fix where no name holds the sigmoid's input at the logarithm.

## References

- [torch.nn.functional.logsigmoid](https://pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html)
- [An infinite loss repaired by logsigmoid](https://github.com/deepspeedai/DeepSpeedExamples/pull/501)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchlint.rewrite import Pair, RewriteRule
from torchlint.rule import Group, Safety

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_LOW = {"x": (-1000.0, -200.0, 0.0, 5.0, 90.0)}
_HIGH = {"x": (1000.0, 200.0, 0.0, -5.0, -90.0)}
_CAPPED = "{eps} inside the logarithm caps it and takes its gradient away; use logsigmoid()"


class Plain(Pair):
    wide = ("x",)
    hard = _LOW

    @staticmethod
    def pattern(x: Tensor) -> Tensor:
        return torch.log(torch.sigmoid(x))

    @staticmethod
    def replacement(x: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(x)


class WithEpsilon(Pair):
    safety = Safety.UNSAFE
    wide = ("x",)
    hard = _LOW
    tolerance = 1e-4
    message = _CAPPED

    @staticmethod
    def pattern(x: Tensor, eps: float) -> Tensor:
        return torch.log(torch.sigmoid(x) + eps)

    @staticmethod
    def replacement(x: Tensor, eps: float) -> Tensor:
        return torch.nn.functional.logsigmoid(x)


class ByHand(Pair):
    unbounded = ()
    wide = ("x",)
    hard = _LOW

    @staticmethod
    def pattern(x: Tensor) -> Tensor:
        return torch.log(1 / (1 + torch.exp(-x)))

    @staticmethod
    def replacement(x: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(x)


class Complement(Pair):
    wide = ("x",)
    hard = _HIGH

    @staticmethod
    def pattern(x: Tensor) -> Tensor:
        return torch.log(1 - torch.sigmoid(x))

    @staticmethod
    def replacement(x: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(-x)


class ComplementWithEpsilon(Pair):
    safety = Safety.UNSAFE
    wide = ("x",)
    hard = _HIGH
    tolerance = 1e-4
    message = _CAPPED

    @staticmethod
    def pattern(x: Tensor, eps: float) -> Tensor:
        return torch.log(1 - torch.sigmoid(x) + eps)

    @staticmethod
    def replacement(x: Tensor, eps: float) -> Tensor:
        return torch.nn.functional.logsigmoid(-x)


class ComplementByLog1p(Pair):
    wide = ("x",)
    hard = _HIGH

    @staticmethod
    def pattern(x: Tensor) -> Tensor:
        return torch.log1p(-torch.sigmoid(x))

    @staticmethod
    def replacement(x: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(-x)


class LogOfSigmoid(RewriteRule):
    code = "TL304"
    name = "log-of-sigmoid"
    group = Group.NUMERICS
    needs = frozenset({"log"})
    pairs = (Plain, WithEpsilon, ByHand, Complement, ComplementWithEpsilon, ComplementByLog1p)
    message = "the sigmoid of {x} is rounded to 0 or 1 for large scores, and log(0) is -inf; use logsigmoid()"
