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

from torchlint.edits import Draft, refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.left_behind import before_init, target
from torchlint.semantics.unregistered import BY_HAND, Hidden, Submodules, is_wrapped_tuple, mentions

if TYPE_CHECKING:
    from torchlint.context import Context

# What a plain container has and its counterpart in torch.nn doesn't (`dir` of both, torch 2.13).
_ONLY_PLAIN = frozenset(("index", "sort", "remove", "copy", "reverse", "count", "get", "setdefault", "clear"))


class UnregisteredSubmodules(Rule):
    """TL102."""

    code = "TL102"
    name = "unregistered-submodules"
    group = Group.SUSPICIOUS
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every attribute with modules that nothing registers."""
        for hidden in Submodules(context.program).hidden():
            if _collected(context, hidden.store.name):
                continue
            draft = _wrapped(context, hidden)
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


def _collected(context: Context, name: str) -> bool:
    """Whether a statement that reads an attribute of this name also asks modules for what is missing."""
    statements = [node for node in ast.walk(context.tree) if isinstance(node, ast.stmt) and not _is_scope(node)]
    return any(
        any(True for _ in mentions(node, name))
        and any(isinstance(part, ast.Attribute) and part.attr in BY_HAND for part in ast.walk(node))
        for node in statements
    )


def _is_scope(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If | ast.With | ast.Try)


def _wrapped(context: Context, hidden: Hidden) -> Draft:
    """Wrap the stored value where it's written."""
    store = hidden.store
    value = getattr(store.node, "value", None)
    if isinstance(value, ast.Tuple):
        tuple_of_one = len(value.elts) == 1 and not is_wrapped_tuple(value)
        return refused("remove the comma at the end" if tuple_of_one else "make it an nn.ModuleList")
    if hidden.nested:
        return refused("a list in it, or added to it, may need an nn.ModuleList of its own")
    if before_init(store):
        return refused("it is set before super().__init__()")
    plain = isinstance(value, ast.List | ast.ListComp | ast.Dict | ast.DictComp)
    if (
        not isinstance(value, ast.expr)
        or not plain
        or store.node.__class__ not in (ast.Assign, ast.AnnAssign)
        or value is not store.value.node
    ):
        return refused("it isn't written at the assignment")
    if any(isinstance(part, ast.Constant) and part.value is None for part in getattr(value, "elts", ())):
        return refused("it holds None, which no nn.ModuleList takes")
    keys = value.keys if isinstance(value, ast.Dict) else ()
    named = all(isinstance(key, ast.Constant) and isinstance(key.value, str) and "." not in key.value for key in keys)
    if isinstance(value, ast.DictComp) or (isinstance(value, ast.Dict) and not (keys and named)):
        return refused("whether all its keys are strings isn't known")
    parents = (node for node in ast.walk(context.tree) if isinstance(node, ast.Attribute))
    if any(isinstance(one.value, ast.Attribute) and one.value.attr == store.name and one.attr in _ONLY_PLAIN for one in parents):  # fmt: skip
        return refused("a method is used that it wouldn't have")
    kind = "torch.nn.ModuleDict" if isinstance(value, ast.Dict) else "torch.nn.ModuleList"
    spelled = context.edits.imports.ensure(kind, store.node)
    node = context.concrete.node(value)
    if spelled is None or node is None:
        return refused("the assignment isn't understood")
    return context.edits.wrap_call(node, spelled[0]) + Draft(spelled[1])
