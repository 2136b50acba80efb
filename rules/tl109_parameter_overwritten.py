"""A parameter or buffer whose name is given to something else.

## What it does

Finds assignments and registrations under the name of a parameter, buffer or other attribute that nn.Module refuses. Those are a
tensor or number assigned to the name of an `nn.Parameter`, a number or list assigned to the name of a buffer,
`register_buffer` or `register_parameter` of a name that another kind of attribute has, and `register_parameter` of what is
no parameter, or `register_buffer` of what is no tensor.

Also finds `parameter.data = value` in `forward`, where other parameters have computed the value.

## Why is this bad

They raise TypeError or KeyError as soon as they run: often late, in a branch that nobody tested, or only on the GPU, where
`self.weight = self.weight.to(device)` has something to move and makes a plain tensor. Where the assignment means to change
what the parameter holds, the optimizer would lose it anyway: it has the parameter, not the name.

An assignment to `.data` is unknown to autograd: the layers that computed the value get no gradient, and never learn.

## When it stays silent

The name is given to a parameter or None, or a tensor to the name of a buffer: these are legal. The attribute was deleted, or
made in a branch that needn't have run. The class has its own way of setting attributes, the name is given to something that
may change what it is (`parametrize`, `delattr`), or a test asks what kind of thing it holds. The exception is caught.
`.data` is set from the parameter's own numbers (a projection, a moving average), from what needs no gradient, in a branch, or
under `torch.no_grad()`.

## Example

```python
class Prototypes(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, dim))
        self.weight = self.weight / dim**0.5
```

## Use instead

```python
class Prototypes(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, dim))
        self.weight = nn.Parameter(self.weight / dim**0.5)
```

## Fix safety

Safe: the old code could only fail. Where an operation may have nothing to do (`.to(device)`), the old code could run: unsafe.
There is a fix only in the constructor. Later, a new parameter would be one that the optimizer doesn't have: write into the old
one instead, `with torch.no_grad(): self.weight.copy_(..)`.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer
- https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.data_overwritten import cuts
from torchlint.semantics.evidence import is_tensor
from torchlint.semantics.lost_parameters import Parameters
from torchlint.semantics.overwritten import Holds, Overwritten, Refused
from torchlint.semantics.unregistered import constructing

if TYPE_CHECKING:
    from torchlint.context import Context


class ParameterOverwritten(Rule):
    """TL109."""

    code = "TL109"
    name = "parameter-overwritten"
    group = Group.ERROR
    needs = frozenset(("Parameter", "register_buffer", "register_parameter", "weight", "bias", "data"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every store to the name of a parameter or buffer that torch refuses."""
        parameters = Parameters(context.program, context.facts.dtypes)
        for one in Overwritten(context.program, parameters, context.facts.legality.blocks).refused():
            draft = _wrapped(context, one)
            made = "it is registered here" if one.holds is not Holds.PLAIN else "the name is taken here"
            yield context.finding(
                self,
                one.node,
                _message(one),
                because=[context.because(one.first, made)] if one.first is not None else (),
                fix=draft.fix("Make it an nn.Parameter", Safety.SAFE if one.certain else Safety.UNSAFE),
                withheld=draft.problem,
                group=None if one.certain else Group.SUSPICIOUS,
            )
        for cut in cuts(context.program, context.facts.legality.blocks, context.facts.dtypes):
            held = ast.unparse(cut.target.value)
            yield context.finding(
                self,
                cut.target,
                f"`{held}.data = ..` is unknown to autograd: what computes the new weights gets no gradient",
                because=[context.because(cut.learned.node, "this is to be trained")] if cut.learned.node else (),
                withheld="compute with the value itself, by torch.nn.functional or torch.func.functional_call",
                group=Group.SUSPICIOUS,
            )


def _message(one: Refused) -> str:
    where = "" if one.certain else " wherever there is something to move or convert"
    if one.holds is None:
        wanted = "no nn.Parameter" if one.registers == Holds.PARAMETER else "no tensor"
        return f"register_{one.registers} of `{one.name}` raises TypeError{where}: what it gets is {wanted}"
    if one.registers:
        holds = "a plain attribute" if one.holds is Holds.PLAIN else f"a {one.holds}"
        return f"register_{one.registers} raises KeyError: `{one.name}` is {holds} already"
    what = "a plain tensor" if is_tensor(one.value) else "this value"
    takes = "only an nn.Parameter or None" if one.holds is Holds.PARAMETER else "only a tensor or None"
    return f"assigning {what} to the {one.holds} `{one.name}` raises TypeError{where}: it takes {takes}"


def _wrapped(context: Context, one: Refused) -> Draft:
    """Give the name a parameter."""
    value: ast.AST | None = getattr(one.node, "value", None)
    if one.registers == Holds.PARAMETER and one.holds is None and isinstance(one.node, ast.Call):
        value = next(iter(one.node.args[1:2]), None)
    elif one.registers:
        return refused("which of the two should have the name isn't known")
    if one.holds is Holds.BUFFER or not is_tensor(one.value):
        return refused("what should be stored isn't known")
    if one.frame is None or not constructing(one.frame):
        return refused(
            "change the parameter instead, so that the optimizer keeps it: `.copy_(..)` under torch.no_grad()"
        )
    spelled = context.edits.imports.ensure("torch.nn.Parameter", one.node)
    node = context.concrete.node(value) if isinstance(value, ast.expr) else None
    if (
        spelled is None
        or node is None
        or not isinstance(one.node, ast.Assign | ast.Call)
        or value is not one.value.node
    ):
        return refused("it isn't written at the assignment")
    return context.edits.wrap_call(node, spelled[0]) + Draft(spelled[1])
