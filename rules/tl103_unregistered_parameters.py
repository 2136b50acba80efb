"""Parameters in a plain container, or turned into plain tensors by an operation.

## What it does

Finds attributes that a module's constructor, or a method that it calls, fills with a plain list, tuple or dict of
`nn.Parameter`s, and attributes that hold what an operation made of one: `nn.Parameter(x).to(device)`, `nn.Parameter(x) * 0.1`.

## Why is this bad

nn.Module registers an attribute that *is* an `nn.Parameter`. It doesn't look into lists and dicts, and the result of an
operation on a parameter is a plain tensor. So no optimizer trains it, the state_dict doesn't have it, and moving the module
leaves it behind. `.to(device)` gives the parameter itself where there is nothing to move: then the model trains on the CPU,
and on the GPU it silently doesn't.

## When it stays silent

The parameters are registered as well: as attributes, by `register_parameter` or `setattr`, in an `nn.ParameterList` or
`nn.ParameterDict`, or by a new `nn.Parameter(..)`. They are given to an optimizer or another function that may take care
of them, a method returns them, their gradients are read, or the class overrides what collects or moves parameters. A list or
dict of one: it's hidden on purpose. The operation gives the parameter itself (`.float()` of what is float32, `.cpu()`,
in-place operations), or cuts the history (`.detach()`). The tensor isn't read outside of the constructor, is set anew later,
or needs no gradient.

## Example

```python
class Gate(nn.Module):
    def __init__(self, dim, experts, device):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(dim, experts)).to(device)
        self.scales = [nn.Parameter(torch.ones(dim)) for _ in range(experts)]
```

## Use instead

```python
class Gate(nn.Module):
    def __init__(self, dim, experts, device):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(dim, experts).to(device))
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(dim)) for _ in range(experts)])
```

## Fix safety

Unsafe: the state_dict gains the keys of the parameters, which is the point, but checkpoints that were saved before lack them.
Where the operation isn't a move, a view, or a sum or product (`.exp()`, `softmax`), what is to be trained is for a person to
say: it usually belongs into `forward`.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
- https://github.com/pytorch/pytorch/issues/17484
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.left_behind import target
from torchlint.semantics.lost_parameters import BY_HAND, Lost, Parameters
from torchlint.semantics.unregistered import Hidden
from torchlint.semantics.values import PARAMETER
from torchlint.wrapping import collected, operation_first, wrapped

if TYPE_CHECKING:
    from torchlint.context import Context


class UnregisteredParameters(Rule):
    """TL103."""

    code = "TL103"
    name = "unregistered-parameters"
    group = Group.SUSPICIOUS
    needs = frozenset(("Parameter",))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every attribute with parameters that nothing registers."""
        if not context.program.values(PARAMETER):
            return
        parameters = Parameters(context.program, context.facts.dtypes)
        for hidden in parameters.hidden():
            if collected(context, hidden.store.name, BY_HAND):
                continue
            draft = wrapped(context, hidden, "torch.nn.Parameter")
            yield context.finding(
                self,
                target(hidden.store),
                _hidden_message(hidden),
                because=[
                    context.because(one.node, "a parameter") for one in hidden.modules[:3] if one.node is not None
                ],
                fix=draft.fix("Let nn.Module see the parameters", Safety.UNSAFE),
                withheld=draft.problem,
            )
        for lost in parameters.lost():
            if collected(context, lost.store.name, BY_HAND) or not parameters.is_read(lost.store, context.tree):
                continue
            draft = operation_first(context, lost)
            nodes = ((lost.parameter.node, "the parameter"), (lost.changed.node, "this makes a new tensor of it"))
            yield context.finding(
                self,
                target(lost.store),
                _lost_message(lost),
                because=[context.because(node, text) for node, text in nodes if node is not None],
                fix=draft.fix("Make the result of the operation the parameter", Safety.UNSAFE),
                withheld=draft.problem,
            )


def _hidden_message(hidden: Hidden) -> str:
    value = hidden.store.value
    if value.op == "py.tuple" and isinstance(value.node, ast.Tuple) and len(value.node.elts) == 1:
        return f"`self.{hidden.store.name}` is a tuple because of the comma at the end: its parameter isn't registered"
    what = {"py.list": "list", "py.tuple": "tuple", "py.dict": "dict"}[value.op]
    return (
        f"`self.{hidden.store.name}` keeps parameters in a plain {what}: no optimizer trains them, and .to() and the "
        "state_dict don't reach them"
    )


def _lost_message(lost: Lost) -> str:
    node = lost.changed.node
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and lost.changed.form == "method":
        by = f"`.{called.attr}()`"
    else:
        by = "an operation" if called is None else f"`{ast.unparse(called)}()`"
    where = "" if lost.certain else f" wherever {by} has something to move or convert"
    return (
        f"`self.{lost.store.name}` is no parameter{where}, but a tensor that {by} made of one: no optimizer trains it, "
        "and the state_dict doesn't have it"
    )
