"""Layers that are made anew on each call of `forward`.

## What it does

Finds layers with weights (linear and convolution layers, embeddings, recurrent and attention layers, norms, and modules of the
file that hold such) that `forward`, or another method of a module, makes, calls, and drops. Also layers that `forward` puts
in an attribute each time it runs, in place of the last one.

## Why is this bad

An optimizer gets the weights that a module has when the optimizer is made. A layer made in `forward` has new ones on each
call: random numbers that nothing trains, saves or loads, so the model computes something else each time. Nothing fails on
the CPU; on the GPU the new layer is still on the CPU. Norms and PReLU start out the same each time, but their scales stay as they
are, and a batch norm never has running statistics: in evaluation, it normalises with the batch.

## When it stays silent

The layer is made once and kept: behind a test (`if self.fc is None`), after an early return, in a list or dict that outlives
the call. Somebody sets or reads its weights: `conv.weight.data = kernel`, `nn.init`, `load_state_dict`, an optimizer of its own,
weights handed to the constructor. It is handed to something else, or returned. Gradients are off (`no_grad`,
`requires_grad_(False)`, `eval()`), or the call seeds the generator: then the weights are meant to be random. It has no weights:
activations, losses, pooling, norms without `affine`. It's never called, or the code isn't in a module's method. Dropout
layers are TL108's.

## Example

```python
class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden

    def forward(self, x):
        return nn.Linear(self.hidden, 10)(x)
```

## Use instead

```python
class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.fc(x)
```

## Fix safety

There is no fix: the layer needs a name and, in `__init__`, sizes that may only be known in `forward`. `nn.LazyLinear` and its
relatives take their sizes from the first input.

## References

- https://docs.pytorch.org/docs/stable/notes/modules.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule
from torchlint.semantics import operations
from torchlint.semantics.built import Built, Layers
from torchlint.semantics.values import MODULE

if TYPE_CHECKING:
    from torchlint.context import Context

# Operations whose layers start out with the same weights each time.
_SAME_AT_FIRST = frozenset(("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm", "prelu"))


class LayerBuiltInForward(Rule):
    """TL105."""

    code = "TL105"
    name = "layer-built-in-forward"
    group = Group.SUSPICIOUS
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every layer that a call makes and that no later call uses."""
        for built in Layers(context.program).built():
            made = (
                [context.because(built.layer.node, "it's made")] if built.layer.node not in (None, built.node) else []
            )
            yield context.finding(
                self,
                built.node,
                _message(built),
                because=[*made, context.because(built.call, "it's called")],
                withheld="it needs a name and, in __init__, its sizes",
            )


def _message(built: Built) -> str:
    module = built.layer.data
    kind = operations.module(module.name) if built.layer.op == MODULE else None
    op = kind.op if kind is not None else ""
    name = ast.unparse(built.layer.node.func) if isinstance(built.layer.node, ast.Call) else module.name
    made = f"`{name}` is made anew on each call of `{built.method.name}`"
    if built.attribute:
        made += f", in place of the last `self.{built.attribute}`"
    if op == "batch_norm":
        return (
            f"{made}: its scale is never trained, and in evaluation it normalises with the batch; make it in __init__"
        )
    if op in _SAME_AT_FIRST:
        return f"{made}, so its weights are never trained; make it in __init__"
    return f"{made}: its weights are random each time and never trained; make it in __init__"
