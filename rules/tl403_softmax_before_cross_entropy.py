"""Cross-entropy of what already went through a softmax.

## What it does

Finds calls of `cross_entropy` and `CrossEntropyLoss` whose input is the result of a softmax (or sigmoid): in the call, some lines
before, or at the end of the model. A log-softmax in the same place is a note: it is redundant.

## Why is this bad

`cross_entropy` takes scores and applies a log-softmax itself. Probabilities lie between 0 and 1, so with C classes the second
softmax gives the right one at most e / (e + C - 1): 0.23 for ten. The loss can't fall below 1.46 then, and the
gradients fade as soon as the first softmax is certain of a class, right or wrong. The model trains slowly, to a lower accuracy, and
nothing raises. A second log-softmax changes nothing but the time it takes.

## When it stays silent

A branch or a flag decides whether the activation is applied (`if self.training`), or which loss is called. Something is done to
the probabilities in between, such as a division by a temperature or a logarithm. The softmax is that of the target (class
probabilities are legal), of a metric, or of `nll_loss` and `kl_div`. A log-softmax along another axis than that of the classes.

## Example

```python
model = nn.Sequential(nn.Linear(64, 10), nn.Softmax(dim=1))
loss = nn.CrossEntropyLoss()(model(images), labels)
```

## Use instead

```python
model = nn.Sequential(nn.Linear(64, 10))
loss = nn.CrossEntropyLoss()(model(images), labels)
```

with `model(images).softmax(dim=1)` where probabilities are wanted.

## Fix safety

Unsafe: the loss changes, which is the point. Safe for a log-softmax along the classes. There is no fix where the result of the
activation is used elsewhere too, as that of a model is.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
- https://github.com/jindongwang/Deep-learning-activity-recognition/issues/10
- https://github.com/ariecattan/SciCo/issues/2
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.activations import WORDS, without
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.losses import LossCall, loss_calls
from torchlint.semantics.outputs import PROBABILITIES
from torchlint.semantics.values import CONST, Value

if TYPE_CHECKING:
    from torchlint.context import Context


class SoftmaxBeforeCrossEntropy(Rule):
    """TL403."""

    code = "TL403"
    name = "softmax-before-cross-entropy"
    group = Group.SUSPICIOUS
    needs = frozenset(("cross_entropy", "CrossEntropyLoss"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call that is reached with the result of a softmax."""
        for call in loss_calls(context, ("cross_entropy",)):
            harmful = call.certain_of(context, PROBABILITIES)
            if harmful:
                yield self._harmful(context, call, harmful)
                continue
            redundant = call.certain_of(context, {"log_softmax"})
            if redundant and all(_may_be_along_classes(context, one) for one in redundant):
                yield self._redundant(context, call, redundant)

    def _harmful(self, context: Context, call: LossCall, softmaxes: list[Value]) -> Finding:
        word = WORDS[softmaxes[0].op]
        message = (
            f"`{call.name}` takes scores and applies a softmax itself, but {call.written(context)} is the result of a {word}: "
            "the loss can't come near 0, and gradients fade"
        )
        draft = without(context, softmaxes, "cross_entropy")
        fix = draft.fix(f"Take the {word} away", Safety.UNSAFE)
        because = call.because(context, softmaxes, word)
        return context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)

    def _redundant(self, context: Context, call: LossCall, softmaxes: list[Value]) -> Finding:
        message = (
            f"`{call.name}` applies a log-softmax itself, and {call.written(context)} is the result of one already: "
            "the second changes nothing"
        )
        draft = without(context, softmaxes, "cross_entropy")
        certain = all(_along_classes(context, one) for one in softmaxes)
        fix = draft.fix("Take the log-softmax away", Safety.SAFE if certain else Safety.UNSAFE)
        because = call.because(context, softmaxes, "log-softmax")
        return context.finding(
            self, call.node, message, because=because, fix=fix, withheld=draft.problem, group=Group.WASTE
        )


def _along_classes(context: Context, softmax: Value) -> bool | None:
    """Whether an activation runs along the axis that holds the classes; None where that isn't known."""
    dim, rank = softmax.args.get("dim"), context.facts.rank(softmax)
    if dim is None or dim.op != CONST or not isinstance(dim.data, int):
        return None
    if dim.data >= 0 and rank is None:
        return dim.data == 1
    return None if rank is None else dim.data % max(rank, 1) == (1 if rank > 1 else 0)


def _may_be_along_classes(context: Context, softmax: Value) -> bool:
    return _along_classes(context, softmax) is not False
