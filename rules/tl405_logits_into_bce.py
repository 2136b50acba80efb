"""Scores where a binary cross-entropy wants probabilities.

## What it does

Finds calls of `binary_cross_entropy` and `BCELoss` whose input is no probability, but the result of a linear layer, a convolution or
a norm without an activation, of `tanh`, or of a log-softmax or log-sigmoid, out of a model of the file too.

## Why is this bad

Binary cross-entropy takes the logarithm of its input and of one minus it. Scores are negative half of the time, and torch
raises "all elements of input should be between 0 and 1"; on the GPU an assertion fails, whose message names neither the
loss nor the line.

## When it stays silent

A sigmoid, softmax, clamp or anything else that isn't understood comes in between, or a branch or flag decides whether it does. A
ReLU. Layers that are called as functions or without a bias on probabilities, as for a blur. The error is caught. The scores are the target.

## Example

```python
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
loss = nn.BCELoss()(model(x), labels)
```

## Use instead

```python
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
loss = nn.BCEWithLogitsLoss()(model(x), labels)
```

## Fix safety

Unsafe: the old code could run while all scores happened to lie between 0 and 1. There is no fix where the loss is also called with
other inputs, where the scores are compared with a number elsewhere, or where logarithms go in.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
- https://github.com/ray-project/ray/issues/17117
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.activations import WORDS, other_loss
from torchlint.edits import refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.losses import loss_calls
from torchlint.semantics.outputs import LOGARITHMS

if TYPE_CHECKING:
    from torchlint.context import Context

_BOUNDED = LOGARITHMS | {"tanh"}


class LogitsIntoBce(Rule):
    """TL405."""

    code = "TL405"
    name = "logits-into-bce"
    group = Group.ERROR
    needs = frozenset(("binary_cross_entropy", "BCELoss"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call that is reached with scores."""
        for call in loss_calls(context, ("binary_cross_entropy",)):
            found = call.certain_of(context, _BOUNDED, scores=True)
            if not found or context.facts.is_caught(call.node):
                continue
            what = f"a {WORDS[found[0].op]}" if found[0].op in _BOUNDED else "a layer without a sigmoid"
            message = (
                f"`{call.name}` takes probabilities, but {call.written(context)} is the result of {what}: it raises an error as "
                "soon as a number isn't between 0 and 1"
            )
            draft = refused("the right activation isn't clear")
            if not any(one.op in _BOUNDED for one in found):
                draft = other_loss(context, call, found, "binary_cross_entropy_with_logits")
            fix = draft.fix("Take the loss that applies the sigmoid itself", Safety.UNSAFE)
            because = call.because(context, found, "scores")
            yield context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)
