"""Integer or boolean targets of binary cross-entropy.

## What it does

Finds binary cross-entropies (with or without logits, as functions and modules) whose target is an integer or boolean
tensor. Without logits, also floating targets of another dtype than the input: `from_numpy` gives float64.

## Why is this bad

Binary cross-entropy weighs both logarithms by the target, so it takes floating targets only. torch raises: "result type
Float can't be cast to the desired output type Long", "Found dtype Long but expected Float", or for booleans
"Subtraction, the `-` operator, with two bool tensors is not supported".

## When it stays silent

The dtype isn't known, or depends on a branch, or a flag chooses the loss. The error is caught. The target is converted in between, at whatever distance. The target is
floating (`binary_cross_entropy_with_logits` takes any floating dtype). Other losses, such as `mse_loss`, take integers.

## Example

```python
labels = (scores > threshold).long()
loss = F.binary_cross_entropy_with_logits(logits, labels)
```

## Use instead

```python
labels = (scores > threshold).long()
loss = F.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype))
```

## Fix safety

Safe: the old code could only fail. Unsafe where the call is reached with other targets too.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics import promotion
from torchlint.semantics.losses import LossCall, loss_calls
from torchlint.semantics.values import Value

if TYPE_CHECKING:
    from torchlint.context import Context

_LOSSES = ("binary_cross_entropy", "binary_cross_entropy_with_logits")
_NARROW = promotion.BOOL | promotion.INTEGERS


class BinaryTargetDtype(Rule):
    """TL402."""

    code = "TL402"
    name = "binary-target-dtype"
    group = Group.ERROR
    needs = frozenset(("binary_cross_entropy", "BCELoss", "BCEWithLogitsLoss"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call that is reached with a target of a wrong dtype."""
        for call in loss_calls(context, _LOSSES):
            wrong = call.certain(value for value in call.values if _fails(context, value))
            if wrong and not context.facts.is_caught(call.node):
                yield self._finding(context, call, wrong)

    def _finding(self, context: Context, call: LossCall, wrong: list[Value]) -> Finding:
        target = wrong[0].args["target"]
        dtype = context.facts.dtypes.describe(target)
        written = call.argument(context, "target")
        name = f"`{context.edits.text(written)}`" if written is not None else "the target"
        wanted = context.facts.dtype(wrong[0].args["input"]) if dtype.startswith("float") else "floating"
        message = f"`{call.name}` takes {wanted} targets, but {name} is {dtype}, so it raises an error"
        origin = context.facts.dtypes.origin(target)
        because = [context.because(origin.node, f"{dtype} tensor made here")] if origin.node is not None else []
        method = _method(context, call, wrong[0])
        draft = refused("it isn't clear which argument is the target")
        if written is not None:
            draft = context.edits.append_method(written, method)
        ceiling = Safety.SAFE if len(wrong) == len(call.values) else Safety.UNSAFE
        fix = draft.fix(f"Convert the target with {method}", ceiling)
        return context.finding(self, call.node, message, because=because, fix=fix, withheld=draft.problem)


def _fails(context: Context, value: Value) -> bool:
    facts = context.facts
    target = facts.dtypes.of(value.args["target"])
    if not target & ~_NARROW:
        return True
    if value.op != "binary_cross_entropy":
        return False
    given, wanted = promotion.name(target), facts.dtype(value.args["input"])
    floating = target | facts.dtypes.of(value.args["input"])
    return given is not None and wanted is not None and given != wanted and not floating & ~promotion.FLOATS


def _method(context: Context, call: LossCall, value: Value) -> str:
    """The conversion to the input's dtype."""
    dtype = context.facts.dtype(value.args["input"])
    if dtype in ("float32", "float64"):
        return {"float32": "float()", "float64": "double()"}[dtype]
    given = call.argument(context, "input")
    text = context.edits.text(given) if given is not None else ""
    return f"to({text}.dtype)" if text and _is_plain(text) else "float()"


def _is_plain(text: str) -> bool:
    """Whether an expression can be written twice: names and attributes only."""
    tree = ast.parse(text, mode="eval").body
    return all(isinstance(node, ast.Name | ast.Attribute | ast.expr_context) for node in ast.walk(tree))
