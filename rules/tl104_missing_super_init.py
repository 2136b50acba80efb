"""Modules, parameters and buffers that are set before nn.Module is initialised.

## What it does

Finds constructors of modules that assign a module, a parameter or a buffer before `super().__init__()`, or that never call it.

## Why is this bad

`nn.Module.__init__` makes the tables in which modules, parameters and buffers are kept. Until it has run, torch refuses to keep
one: `AttributeError: cannot assign module before Module.__init__() call`. No object of the class can be made.

## When it stays silent

The values are plain: numbers, tensors, lists, what isn't known to be a module. Some way to initialise the object is found before:
`super()` in any spelling, `nn.Module.__init__(self)`, the `__init__` of a base, a method or function that gets the object, in any
branch. The class has a base that isn't known, a metaclass, a decorator (dataclasses, attrs) or one on its `__init__`, or defines
`__new__`, `__setattr__` or `__init_subclass__`, or its constructor touches `__dict__` or `_modules`. A subclass in the file
initialises the object before it calls the constructor. The error is caught.

## Example

```python
class Classifier(nn.Module):
    def __init__(self, dim, classes):
        self.head = nn.Linear(dim, classes)
        super().__init__()
```

## Use instead

```python
class Classifier(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.head = nn.Linear(dim, classes)
```

## Fix safety

Safe: the code could only fail. Unsafe where the attribute may be None. The call is moved up, or added where the base's `__init__`
needs no arguments. No fix where its arguments are made in between, or where the base may read what is set before it.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
- https://docs.pytorch.org/docs/stable/notes/modules.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.initialising import initialising
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.initialisation import Initialisation, Unprepared, names_init
from torchlint.semantics.left_behind import target

if TYPE_CHECKING:
    from torchlint.context import Context


class MissingSuperInit(Rule):
    """TL104."""

    code = "TL104"
    name = "missing-super-init"
    group = Group.ERROR
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every constructor that sets what needs an initialised module too early."""
        for found in Initialisation(context.program).unprepared():
            node = target(found.store)
            if context.facts.legality.blocks.caught(found.place) or context.facts.legality.blocks.caught(node):
                continue
            call = _call(found)
            draft = initialising(context, found)
            yield context.finding(
                self,
                node,
                _message(found, call),
                because=[
                    context.because(call, "an `__init__` is called here")
                    if call is not None
                    else context.because(found.init.node, "this constructor calls no other")
                ],
                fix=draft.fix("Initialise the module first", Safety.SAFE if found.always else Safety.UNSAFE),
                withheld=draft.problem,
            )


def _call(found: Unprepared) -> ast.AST | None:
    """The call of another `__init__` in the constructor."""
    return next((node for node in ast.walk(found.init.node) if names_init(node)), None)


def _message(found: Unprepared, call: ast.AST | None) -> str:
    what = f"`self.{found.store.name}` is a {found.kind}"
    raises = "torch raises AttributeError (cannot assign it before Module.__init__() call)"
    if call is None:
        return f"{what}, and `super().__init__()` is never called: {raises}"
    if getattr(call, "lineno", 0) < getattr(found.place, "lineno", 0):
        return f"{what}, and the `__init__` that is called before doesn't initialise nn.Module: {raises}"
    return f"{what} that is set before `__init__` of the base is called: {raises}"
