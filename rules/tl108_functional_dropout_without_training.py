"""Dropout in a module that doesn't ask whether the module trains.

## What it does

Finds functional dropouts in a module's methods that are on in evaluation, too.

These are `F.dropout`, `F.dropout1d`, `F.dropout2d` and `F.dropout3d` without `training=`, `F.scaled_dot_product_attention`
with a `dropout_p` that doesn't depend on training, and dropout layers that a method makes and calls on the spot. Also
`F.alpha_dropout` and `F.feature_alpha_dropout` without `training=`, which are off in training.

## Why is this bad

Functions know nothing of `model.eval()`. The dropouts' default is `training=True`, and attention drops whenever its
probability is above zero. So the model drops values in evaluation, too: each prediction differs from the one before, and all
are worse than they need be. A layer that's made on each call is in training mode, since every new module is. The two alpha
dropouts default to `training=False`: they never drop anything.

## When it stays silent

`training` is given, as a keyword or by position, whatever its value: layers that keep dropout on say so with
`training=True`. A comment or docstring in the class says that dropout stays on. A test around the call, an early return
before it, or a test around a call of the method asks for training. The probability is zero, may be zero, depends on
`self.training`, comes in with the method's arguments, or is an attribute that other methods set. The call stands outside of a
module's methods, or the class's base isn't known, or the arguments are unpacked.

## Example

```python
class Head(nn.Module):
    def forward(self, x):
        x = F.dropout(x, p=self.p)
        return self.fc(x)
```

## Use instead

```python
class Head(nn.Module):
    def forward(self, x):
        x = F.dropout(x, p=self.p, training=self.training)
        return self.fc(x)
```

## Fix safety

Unsafe: what the module computes in evaluation changes, which is the point. In training nothing changes, but for the alpha
dropouts, which then drop for the first time.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.alpha_dropout.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.classes import first_parameter
from torchlint.semantics.drops import Drop, drops

if TYPE_CHECKING:
    from torchlint.context import Context


class FunctionalDropoutWithoutTraining(Rule):
    """TL108."""

    code = "TL108"
    name = "functional-dropout-without-training"
    group = Group.SUSPICIOUS
    needs = frozenset(
        f"{kind}{suffix}"
        for kind, suffixes in (
            ("dropout", ("", "1d", "2d", "3d")),
            ("Dropout", ("", "1d", "2d", "3d")),
            ("alpha_dropout", ("",)),
            ("feature_alpha_dropout", ("",)),
            ("scaled_dot_product_attention", ("",)),
        )
        for suffix in suffixes
    )

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every dropout whose mode the code leaves to a default."""
        for drop in drops(context.program, context.source.text):
            name = f"`{ast.unparse(drop.node.func)}`"
            if drop.layer is not None:
                what = f"{name} is made on this call, so it is in training mode and drops in evaluation, too"
            elif drop.parameter == "dropout_p":
                what = f"{name} drops in evaluation, too: its dropout_p doesn't depend on training"
            elif drop.default:
                what = f"{name} drops in evaluation, too: without training= it is always on"
            else:
                what = f"{name} never drops anything: without training= it is off"
            draft = _draft(context, drop)
            fix = draft.fix("Drop in training only", Safety.UNSAFE)
            yield context.finding(self, drop.node, what, fix=fix, withheld=draft.problem)


def _draft(context: Context, drop: Drop) -> Draft:
    import libcst as cst

    owner = first_parameter(drop.method.node)
    node = context.concrete.node(drop.layer if drop.layer is not None else drop.node)
    if owner is None or not isinstance(node, cst.Call):
        return refused("the module isn't in reach here")
    training = f"{owner}.training"
    if drop.layer is not None:
        return context.edits.append_method(node, f"train({training})")
    if drop.parameter != "dropout_p":
        return context.edits.with_argument(node, "training", training, drop.names)
    arg, doubt = context.edits.argument(node, "dropout_p", drop.names)
    if arg is None:
        return refused(doubt or "it isn't clear where the probability is given")
    text = context.edits.text(arg.value)
    plain = isinstance(arg.value, cst.Name | cst.Attribute | cst.Call | cst.Float)
    return context.edits.replace(arg.value, f"{text if plain else f'({text})'} if {training} else 0.0")
