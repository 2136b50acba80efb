"""One layer or tensor where several were meant: repeated in a list, made as a default argument, or held by the class.

## What it does

Finds layers with weights that are repeated in a container, are the default of an argument which a module keeps, or stand in
a class body; and tensors that are a default, or stand in a class body, and are trained or changed in place.

Repeated are `[nn.Linear(4, 4)] * 3`, `nn.Sequential(*[block] * n)`, `nn.ModuleList([layer for _ in range(n)])`, and a layer built
before a loop that appends it.

## Why is this bad

A list that is multiplied holds the same object each time: three layers with one set of weights, so the model has fewer
parameters than it seems to have, and no error says so. A default argument is evaluated once, when the function is defined:
two models that use `act=nn.PReLU()` train the same slope, and `nn.Parameter(tensor)` keeps the tensor's memory. A layer in a
class body is shared by all objects, and nn.Module doesn't register it: it's neither trained, moved, saved nor switched by eval().

## When it stays silent

What is shared has nothing that training changes: activations, losses, dropout, norms without weights, tensors that are only
read. The default is copied (`copy.deepcopy(act)`, `weight.clone()`), or no module keeps it. A layer with a name is shared on
purpose: it's an attribute of its own, is used elsewhere too, is repeated on a condition, or its function copies layers
with `deepcopy`. Layers that are written out one by one (`nn.Sequential(shared, nn.ReLU(), shared)`) are, too. A class attribute
is set again on the object, is registered, or is only used through the class. What the list holds isn't known.

## Example

```python
class Mlp(nn.Module):
    def __init__(self, dim, depth, act=nn.PReLU()):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(dim, dim)] * depth)
        self.act = act
```

## Use instead

```python
class Mlp(nn.Module):
    def __init__(self, dim, depth, act=None):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(dim, dim) for _ in range(depth)])
        self.act = act if act is not None else nn.PReLU()
```

## Fix safety

Unsafe: the model has more parameters afterwards, and other results. The keys of the state_dict stay; a checkpoint saved
before loads, with the same weights in each layer. A list of one layer that is multiplied becomes a comprehension; an argument's
default becomes None, and the function's first statement builds the object.

## References

- https://docs.python.org/3/faq/programming.html#how-do-i-create-a-multidimensional-list
- https://docs.python.org/3/faq/programming.html#why-are-default-values-shared-between-objects
- https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.defaults import made_anew
from torchlint.edits import Draft, refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.repeated import Repeated, repeated
from torchlint.semantics.shared_state import SharedAttribute, SharedDefault, shared_attributes, shared_defaults
from torchlint.semantics.values import PARAMETER

if TYPE_CHECKING:
    from torchlint.context import Context


class SharedOrMutableDefaultState(Rule):
    """TL111."""

    code = "TL111"
    name = "shared-or-mutable-default-state"
    group = Group.SUSPICIOUS
    needs = frozenset(("Module", "LightningModule", "nn", "torch"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every repetition, default argument and class attribute that is one object for several."""
        for one in repeated(context.program):
            yield _repetition(self, context, one)
        for default in shared_defaults(context.program):
            yield _default(self, context, default)
        for attribute in shared_attributes(context.program):
            yield _attribute(self, context, attribute)


def _repetition(rule: Rule, context: Context, one: Repeated) -> Finding:
    draft = _comprehension(context, one)
    return context.finding(
        rule,
        one.node,
        "one layer is repeated: all of its places share the same weights; build a new one for each",
        because=[
            context.because(layer.node, "the layer is built once") for layer in one.layers if layer.node is not None
        ],
        fix=draft.fix("Build a layer for each place", Safety.UNSAFE),
        withheld=draft.problem,
    )


def _comprehension(context: Context, one: Repeated) -> Draft:
    """`[layer] * n` as a comprehension."""
    product = one.node
    if not isinstance(product, ast.BinOp) or not one.built:
        return refused("build the layer where it's repeated")
    left = isinstance(product.left, ast.List | ast.Tuple)
    held, count = (product.left, product.right) if left else (product.right, product.left)
    node = context.concrete.node(product)
    if not isinstance(held, ast.List | ast.Tuple) or len(held.elts) != 1 or node is None:
        return refused("write a comprehension")
    if any(isinstance(part, ast.Name) and part.id == "_" for part in ast.walk(product)):
        return refused("write a comprehension")
    segment = context.source.segment
    body = f"{segment(held.elts[0])} for _ in range({segment(count)})"
    return context.edits.replace(node, f"[{body}]" if isinstance(held, ast.List) else f"tuple({body})")


def _default(rule: Rule, context: Context, one: SharedDefault) -> Finding:
    what = f"the default of `{one.name}` is made once, when the function is defined: "
    if one.change is None:
        message = what + "modules that use it share its weights"
    elif one.change.op == PARAMETER:
        message = what + "the parameter keeps its memory, so modules that use it train the same numbers"
    else:
        message = what + "it's changed in place, so the next call starts with what this one left"
    node = one.change.node if one.change is not None else None
    draft = made_anew(context, one.function.node, one.name, one.node)
    return context.finding(
        rule,
        one.node,
        message,
        because=[context.because(node, "here it's trained or changed")] if node is not None else (),
        fix=draft.fix("Make the default anew in each call", Safety.UNSAFE),
        withheld=draft.problem,
    )


def _attribute(rule: Rule, context: Context, one: SharedAttribute) -> Finding:
    if one.change is None:
        message = (
            f"`{one.name}` belongs to the class: objects share it, and parameters(), .to() and eval() don't reach it"
        )
    else:
        message = f"`{one.name}` belongs to the class, and a method changes it in place: for all objects"
    node = one.change.node if one.change is not None else None
    return context.finding(
        rule,
        one.node,
        message,
        because=[context.because(node, "here it's changed")] if node is not None else (),
        withheld="make it in the constructor",
    )
