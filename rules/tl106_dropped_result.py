"""Results that nobody keeps, and methods that nobody calls.

## What it does

Finds statements that compute a tensor and drop it: `x.to(device)`, `x.float()`, `x.detach()`, `x.permute(..)`,
`x.masked_fill(..)` and all other operations that return a tensor, and functions such as `torch.clamp(x, 0, 1)` and
`torch.cat(..)`. Finds methods that are named and not called (`model.eval`, `optimizer.step`), and `x.requires_grad == True`.

## Why is this bad

`model.to(device)` moves a module in place, so `x.to(device)` looks right, but a tensor stays where it is and what it is: the
statement computes a copy and throws it away. The error shows up later, as tensors on two devices, a mask that was never
applied, weights that were never clamped, or dropout that stays on because `eval` was never called.

## When it stays silent

The receiver is a module, or isn't known to be a tensor. The operation works in place or writes to `out=`, or converts to
the dtype that the tensor has already. The code may run it for its error (in a `try` or `pytest.raises`), or for the time
that it takes (a loop that repeats the same, a profiler's `with`, a tensor without a name). Matrix products and other
functions that have no in-place form, except those that join tensors: benchmarks call them to warm up. Random numbers:
drawing moves the generator on.

## Example

```python
def predict(model, images: torch.Tensor, device):
    model.to(device)
    model.eval
    images.to(device)
    return model(images)
```

## Use instead

```python
def predict(model, images: torch.Tensor, device):
    model.to(device)
    model.eval()
    images = images.to(device)
    return model(images)
```

## Fix safety

Unsafe: the statement gets an effect, which is the point. The result is assigned back to a variable that is used later;
elsewhere (`p.grad.data.clamp(-1, 1)`) the in-place form is called, where torch has one. No fix where neither fits.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.to
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.dropping import Dropped, dropped, repair
from torchlint.rule import Finding, Group, Rule, Safety

if TYPE_CHECKING:
    from torchlint.context import Context


class DroppedResult(Rule):
    """TL106."""

    code = "TL106"
    name = "dropped-result"
    group = Group.SUSPICIOUS
    needs = frozenset(("torch",))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every statement that computes a result and has no other effect."""
        for found in dropped(context):
            draft = repair(context, found)
            fix = draft.fix(_title(found), Safety.UNSAFE)
            yield context.finding(self, found.node, _message(context, found), fix=fix, withheld=draft.problem)


def _title(found: Dropped) -> str:
    if found.kind == "uncalled":
        return f"Call {found.name}()"
    return "Assign it" if found.kind == "compared" else "Keep the result"


def _message(context: Context, found: Dropped) -> str:
    code = context.source.segment(found.node)
    shown = f"`{code}`" if len(code) <= 60 and "\n" not in code else "this"
    if found.kind == "uncalled":
        return f"{shown} names the method and doesn't call it, so nothing happens; write {found.name}()"
    if found.kind == "compared":
        return f"{shown} compares and changes nothing; an assignment has one ="
    owner = found.receiver
    kept = context.source.segment(owner) if isinstance(owner, ast.expr) else ""
    leaves = f"leaves `{kept}` as it is" if kept and len(kept) <= 60 and "\n" not in kept else "changes nothing"
    return f"{found.name}() returns another tensor and {leaves}, and its result is dropped"
