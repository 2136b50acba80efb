"""Probabilities or scores where a negative log-likelihood wants log-probabilities.

## What it does

Finds calls of `nll_loss` and `NLLLoss` whose input went through a softmax or sigmoid without a logarithm, or is the result of a
linear layer, a convolution or a norm; also out of a model of the same file.

## Why is this bad

`nll_loss` takes no logarithm: its result is minus the input at the target. Of probabilities it is minus the probability of the
right class, between -1 and 0, whose gradient vanishes just where the model is most wrong. Of scores it has no lower bound: the
model learns to make the score of the right class large without end, and nothing tells it to make the others small. Nothing raises.

## When it stays silent

A logarithm or anything else that isn't understood comes in between, or a branch or flag decides whether it does, or which loss is
called. The model is in another file.

## Example

```python
probabilities = F.softmax(self.fc(x), dim=1)
loss = F.nll_loss(probabilities, labels)
```

## Use instead

```python
log_probabilities = F.log_softmax(self.fc(x), dim=1)
loss = F.nll_loss(log_probabilities, labels)
```

## Fix safety

Unsafe: the loss changes, which is the point. A softmax becomes a log-softmax, or the loss of scores `cross_entropy`. There is no fix
where the probabilities are used elsewhere too, as those of a model are, or where the loss is called with other inputs too.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
- https://github.com/clvrai/ACGAN-PyTorch/pull/4
- https://github.com/yanx27/Pointnet_Pointnet2_pytorch/issues/30
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.activations import WORDS, other_loss, with_logarithm
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.losses import LossCall, loss_calls
from torchlint.semantics.outputs import PROBABILITIES
from torchlint.semantics.values import Value

if TYPE_CHECKING:
    from torchlint.context import Context


class ProbabilitiesIntoNll(Rule):
    """TL406."""

    code = "TL406"
    name = "probabilities-into-nll"
    group = Group.SUSPICIOUS
    needs = frozenset(("nll_loss", "NLLLoss"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call that is reached with probabilities or scores."""
        for call in loss_calls(context, ("nll_loss",)):
            if found := call.certain_of(context, PROBABILITIES):
                yield self._probabilities(context, call, found)
            elif found := call.certain_of(context, (), scores=True):
                yield self._scores(context, call, found)

    def _probabilities(self, context: Context, call: LossCall, found: list[Value]) -> Finding:
        word = WORDS[found[0].op]
        message = (
            f"`{call.name}` takes log-probabilities, but {call.written(context)} is the result of a {word} without a logarithm: "
            "the loss is minus a probability, and the gradient vanishes where the model is most wrong"
        )
        draft = with_logarithm(context, found, "nll_loss")
        fix = draft.fix("Take a log-softmax", Safety.UNSAFE)
        because = call.because(context, found, word)
        return context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)

    def _scores(self, context: Context, call: LossCall, found: list[Value]) -> Finding:
        message = (
            f"`{call.name}` takes log-probabilities, but {call.written(context)} is the result of a layer without a log-softmax: "
            "the loss has no lower bound"
        )
        draft = other_loss(context, call, found, "cross_entropy")
        fix = draft.fix("Take the loss that applies the log-softmax itself", Safety.UNSAFE)
        because = call.because(context, found, "scores")
        return context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)
