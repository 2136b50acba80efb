"""Layers that a module keeps in a plain list, tuple or dict.

## What it does

Finds attributes that a module's constructor, or a method that it calls, fills with a plain list, tuple or dict of modules
that have parameters, buffers, or another behaviour in training. A comma behind `self.layer = nn.Linear(4, 4),` makes such a
tuple, too.

## Why is this bad

nn.Module only sees modules that are attributes themselves, or in an `nn.ModuleList`, `nn.ModuleDict` or `nn.Sequential`. Those
in a list aren't in `parameters()`, so no optimizer trains them; `.to(device)` leaves them behind; the state_dict doesn't
have them; and `eval()` doesn't reach dropouts and batch norms in it. Nothing fails on the CPU.

## When it stays silent

The attribute, or its modules, are wrapped later (`nn.ModuleList(self.layers)`, `nn.Sequential(*layers)`), registered by
`add_module` or `setattr`, or attributes of their own. Somebody takes care of them by hand: the file reads their
parameters or state, moves them, or sets their mode, or the class overrides what collects or moves parameters. They have no
state (activations, most losses). A list, a dict or a tuple in parentheses holds one module: it's hidden on purpose. The
container is given to a function that isn't known, or what it holds isn't known.

## Example

```python
class Mlp(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = [nn.Linear(dim, dim) for _ in range(depth)]
```

## Use instead

```python
class Mlp(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])
```

## Fix safety

Unsafe: the state_dict gains the keys of the layers, which is the point, but checkpoints that were saved before lack them.
Only a list or comprehension, or a dict whose keys are strings, is wrapped, where it's assigned.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
- https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.left_behind import target
from torchlint.semantics.unregistered import Hidden, Submodules
from torchlint.wrapping import collected, wrapped

if TYPE_CHECKING:
    from torchlint.context import Context


class UnregisteredSubmodules(Rule):
    """TL102."""

    code = "TL102"
    name = "unregistered-submodules"
    group = Group.SUSPICIOUS
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every attribute with modules that nothing registers."""
        for hidden in Submodules(context.program).hidden():
            if collected(context, hidden.store.name):
                continue
            draft = wrapped(context, hidden)
            yield context.finding(
                self,
                target(hidden.store),
                _message(hidden),
                because=[context.because(one.node, "a module") for one in hidden.modules[:3] if one.node is not None],
                fix=draft.fix("Let nn.Module see the modules", Safety.UNSAFE),
                withheld=draft.problem,
            )


def _message(hidden: Hidden) -> str:
    value = hidden.store.value
    if value.op == "py.tuple" and isinstance(value.node, ast.Tuple) and len(value.node.elts) == 1:
        return f"`self.{hidden.store.name}` is a tuple because of the comma at the end: its module isn't registered"
    what = {"py.list": "list", "py.tuple": "tuple", "py.dict": "dict"}[value.op]
    return (
        f"`self.{hidden.store.name}` keeps modules in a plain {what}: parameters(), .to(), eval() and the state_dict "
        "don't reach them"
    )
