"""Binary cross-entropy with logits of what already went through a sigmoid.

## What it does

Finds calls of `binary_cross_entropy_with_logits` and `BCEWithLogitsLoss` whose input is the result of a sigmoid or softmax: in the
call, some lines before, or at the end of the model.

## Why is this bad

The loss applies a sigmoid itself. Of numbers from 0 to 1 it makes 0.5 to 0.73, so the model can never say no: samples of
the negative class cost 0.69 at least, the gradients of confident samples vanish, and a threshold of 0.5 on
what the loss sees calls everything positive. Nothing raises.

## When it stays silent

A branch or a flag decides whether the sigmoid is applied (`if self.training`), or which loss is called. Something is done to the
probabilities in between, such as `torch.logit`. The sigmoid is that of the target, of a metric, of the weight of a focal loss, or
of another output of the model.

## Example

```python
scores = torch.sigmoid(self.head(x)).squeeze(1)
loss = F.binary_cross_entropy_with_logits(scores, labels)
```

## Use instead

```python
scores = self.head(x).squeeze(1)
loss = F.binary_cross_entropy_with_logits(scores, labels)
```

with `torch.sigmoid(scores)` where probabilities are wanted.

## Fix safety

Unsafe: the loss changes, which is the point. There is no fix where the result of the sigmoid is used elsewhere too, as that
of a model is.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
- https://github.com/itakurah/focal-loss-pytorch/pull/5
- https://github.com/yudi-mars/daisyRec/pull/15
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.activations import WORDS, without
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.losses import loss_calls
from torchlint.semantics.outputs import PROBABILITIES

if TYPE_CHECKING:
    from torchlint.context import Context

_LOSS = "binary_cross_entropy_with_logits"


class SigmoidBeforeBceWithLogits(Rule):
    """TL404."""

    code = "TL404"
    name = "sigmoid-before-bce-with-logits"
    group = Group.SUSPICIOUS
    needs = frozenset((_LOSS, "BCEWithLogitsLoss"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call that is reached with probabilities."""
        for call in loss_calls(context, (_LOSS,)):
            found = call.certain_of(context, PROBABILITIES)
            if not found:
                continue
            word = WORDS[found[0].op]
            message = (
                f"`{call.name}` takes scores and applies a sigmoid itself, but {call.written(context)} is the result of a "
                f"{word}: the loss sees probabilities from 0.5 to 0.73 only, and gradients fade"
            )
            draft = without(context, found, _LOSS)
            fix = draft.fix(f"Take the {word} away", Safety.UNSAFE)
            because = call.because(context, found, word)
            yield context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)
