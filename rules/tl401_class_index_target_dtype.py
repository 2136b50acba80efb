"""Targets of a wrong dtype where class indices are due.

## What it does

Finds calls of `cross_entropy`, `nll_loss` and `multi_margin_loss`, and of their modules, whose target torch refuses:
class indices that are floating, boolean or narrow integers (int8, int16, int32), and one-hot targets that are integers.

## Why is this bad

torch takes class indices as int64 (`cross_entropy` and `nll_loss` also as uint8), and class probabilities as a floating
tensor of the input's shape. For anything else it raises, such as "expected target dtype to be Long or Byte, but got Float".

## When it stays silent

The dtype isn't known, or depends on a branch, or a flag chooses the loss. The error is caught. A floating target of `cross_entropy` is class probabilities: of the
input's rank, or of a rank that isn't known to be one less. uint8 indices. Conversions in between.

## Example

```python
labels = torch.from_numpy(frame["label"].to_numpy().astype(np.int32))
loss = F.cross_entropy(logits, labels)
```

## Use instead

```python
labels = torch.from_numpy(frame["label"].to_numpy().astype(np.int32))
loss = F.cross_entropy(logits, labels.long())
```

## Fix safety

Safe: the old code could only fail. Unsafe where the call is reached with other targets too.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics import promotion
from torchlint.semantics.losses import LossCall, loss_calls
from torchlint.semantics.values import Value

if TYPE_CHECKING:
    from torchlint.context import Context

_INDICES = promotion.INT64 | promotion.BIT["uint8"]
_ACCEPTED = {"cross_entropy": _INDICES, "nll_loss": _INDICES, "multi_margin_loss": promotion.INT64}


class ClassIndexTargetDtype(Rule):
    """TL401."""

    code = "TL401"
    name = "class-index-target-dtype"
    group = Group.ERROR
    needs = frozenset(
        ("cross_entropy", "CrossEntropyLoss", "nll_loss", "NLLLoss", "multi_margin_loss", "MultiMarginLoss")
    )

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call that is reached with a target of a wrong dtype."""
        for call in loss_calls(context, _ACCEPTED):
            found = {value: method for value in call.values if (method := _conversion(context, value))}
            wrong = call.certain(found)
            if wrong and not context.facts.is_caught(call.node):
                yield self._finding(context, call, [(value, found[value]) for value in wrong])

    def _finding(self, context: Context, call: LossCall, wrong: list[tuple[Value, str]]) -> Finding:
        value, method = wrong[0]
        target = value.args["target"]
        dtype = context.facts.dtypes.describe(target)
        written = call.argument(context, "target")
        name = f"`{context.edits.text(written)}`" if written is not None else "the target"
        if method == "long()":
            message = f"`{call.name}` takes class indices as int64, but {name} is {dtype}, so it raises an error"
        else:
            message = (
                f"`{call.name}` takes one-hot targets as floating tensors, but {name} is {dtype}, so it raises an error"
            )
        origin = context.facts.dtypes.origin(target)
        because = [context.because(origin.node, f"{dtype} tensor made here")] if origin.node is not None else []
        draft = refused("it isn't clear which argument is the target")
        if written is not None:
            draft = context.edits.append_method(written, method)
        same = len(wrong) == len(call.values) and all(other == method for _, other in wrong)
        fix = draft.fix(f"Convert the target with {method}", Safety.SAFE if same else Safety.UNSAFE)
        return context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)


def _conversion(context: Context, value: Value) -> str:
    """The conversion that the target of a failing call needs; empty where the call may well run."""
    facts = context.facts
    target = value.args["target"]
    dtypes = facts.dtypes.of(target)
    rank, around = facts.rank(target), facts.rank(value.args["input"])
    like_input = value.op == "cross_entropy" and rank is not None and rank == around
    narrow = promotion.BOOL | promotion.INTEGERS
    if not dtypes & ~narrow:
        if like_input or (value.op == "cross_entropy" and facts.dtypes.origin(target).op == "one_hot"):
            return "float()"
        return "" if dtypes & _ACCEPTED[value.op] else "long()"
    if dtypes & ~(promotion.FLOATS | promotion.COMPLEX):
        return ""
    if value.op == "cross_entropy":  # class probabilities unless the ranks show indices
        indices = rank is not None and (rank == 0 or (around is not None and rank == around - 1))
        return "long()" if indices else ""
    return "long()" if rank is None or around is None or rank == around - 1 else ""
