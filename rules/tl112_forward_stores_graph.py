"""Results that `forward` keeps with their graphs, on each call.

## What it does

Finds results of layers that `forward`, or a LightningModule's `training_step`, appends to a list that the constructor made,
or adds to a number that it set, without cutting them off from their graphs.

## Why is this bad

A result holds the graph that computed it, with every activation that the gradient needs. In a list or a sum that lives as
long as the module, none of them is ever freed: memory grows with each call, until there's none left.

## When it stays silent

What is kept has no graph: after `detach`, `item`, `numpy` or `argmax`, computed under `no_grad`, or in Lightning's steps for
validation and tests. Whether it has one isn't known, or the file sets `requires_grad`. The attribute is emptied or replaced
anywhere in the file, also once per epoch. Something but its length or its value as a number is read, so its gradients may
be needed. A test other than `self.training` decides whether to keep the result, or it's kept in evaluation only.

## Example

```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.outputs = []

    def forward(self, x):
        y = self.fc(x)
        self.outputs.append(y)
        return y
```

## Use instead

```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.outputs = []

    def forward(self, x):
        y = self.fc(x)
        self.outputs.append(y.detach())
        return y
```

## Fix safety

Unsafe: no gradient flows through what is kept any more. The values still add up in a list, without their graphs.

## References

- https://docs.pytorch.org/docs/stable/notes/faq.html#my-model-reports-cuda-runtime-error-2-out-of-memory
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.kept_graphs import KeptGraphs

if TYPE_CHECKING:
    from torchlint.context import Context


class ForwardStoresGraph(Rule):
    """TL112."""

    code = "TL112"
    name = "forward-stores-graph"
    group = Group.SUSPICIOUS
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every result that is kept with its graph."""
        for kept in KeptGraphs(context.program).kept():
            import libcst as cst  # only where something was found: importing it is slow

            node = context.concrete.node(kept.kept)
            if isinstance(node, cst.BaseExpression):
                draft = context.edits.append_method(node, "detach()")
            else:
                draft = refused("what is kept isn't understood")
            does = "appends" if isinstance(kept.node, ast.Call) else "adds"
            source = kept.source.node
            yield context.finding(
                self,
                kept.node,
                f"each call of `{kept.method}` {does} a result with its graph to `self.{kept.attribute}`, so memory grows; "
                "detach it",
                because=[context.because(source, "this records a graph")] if source is not None else (),
                fix=draft.fix("Detach what is kept", Safety.UNSAFE),
                withheld=draft.problem,
            )
