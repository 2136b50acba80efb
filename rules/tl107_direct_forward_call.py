"""Modules whose `forward` is called by hand.

## What it does

Finds `model.forward(x)` where `model` is an nn.Module: an object of torch.nn or of a class of the file, an argument or attribute
that is annotated as one, or a child of an `nn.ModuleList`. A wrapper whose `forward` calls `self.model.forward(x)` counts too.

## Why is this bad

Calling a module runs its `forward` and what others attached to it: forward and backward hooks, and the pre-hooks that set weights
of spectral norm and pruning, initialise lazy modules or gather shards of parameters. `model.forward(x)` silently ignores all of
them, and `model.compile()` as well. Profilers, summaries and feature extractors see nothing; sharded training fails.

## When it stays silent

The receiver is the object itself, `super()` or a class (`nn.Linear.forward(self, x)`), isn't known to be a module (objects of other
files, unless annotated with a class of torch.nn or of the file), or has a base that isn't known. Its class has a `__call__` of its
own, or the class around has one and the receiver is only annotated. It's an argument annotated as any nn.Module of which a method
asks nothing but `forward`, or the file tests whether it's something else. The file replaces `forward` or `__call__` somewhere, or is
written for TorchScript, where some modules can only be called so. The function around is itself registered as a hook. The
module has no state and is made where it's called. A comment at the call speaks of hooks, of `__call__` or of what is bypassed.

## Example

```python
def evaluate(model: nn.Module, images):
    model.eval()
    return model.forward(images)
```

## Use instead

```python
def evaluate(model: nn.Module, images):
    model.eval()
    return model(images)
```

## Fix safety

Safe where the module's class is in sight: without hooks, both compute the same. Unsafe where only an annotation says that it
is a module, or where it's one of several objects of which one isn't known.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.forward
- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_forward_hook
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Edit, Finding, Group, Rule, Safety
from torchlint.semantics.forwards import Forwards

if TYPE_CHECKING:
    from torchlint.context import Context

_PRIMARIES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_NAMED = re.compile(r"\.\s*forward\b")
_METHOD = re.compile(r"(\s*)\.\s*forward\Z")
# Words by which a comment says that hooks are left out on purpose.
_ON_PURPOSE = re.compile(r"\bhooks?\b|bypass|__call__|direct\w*\W.*\bforward|\bforward\b.*\b(direct|instead|rather)", re.IGNORECASE)  # fmt: skip


class DirectForwardCall(Rule):
    """TL107."""

    code = "TL107"
    name = "direct-forward-call"
    group = Group.SUSPICIOUS
    needs = frozenset(("torch", "LightningModule"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call of a module's `forward` that isn't its own."""
        if not _NAMED.search(context.source.text):
            return
        for call in Forwards(context.program).direct():
            if _on_purpose(context, call.node):
                continue
            draft = _without_name(context, call.node)
            yield context.finding(
                self,
                call.node,
                _message(context, call.node),
                because=[context.because(call.made, "the module is made here")] if call.made is not None else (),
                fix=draft.fix("Call the module", Safety.SAFE if call.certain else Safety.UNSAFE),
                withheld=draft.problem,
            )


def _message(context: Context, node: ast.Call) -> str:
    assert isinstance(node.func, ast.Attribute)
    name = context.source.segment(node.func.value)
    if isinstance(node.func.value, _PRIMARIES) and len(name) <= 40 and "\n" not in name:
        return f"`{name}.forward(..)` skips the hooks of the module; call `{name}(..)`"
    return "this call of `forward` skips the hooks of the module; call the module itself"


def _on_purpose(context: Context, node: ast.Call) -> bool:
    """Whether a comment at the call, or above it, says why `forward` is called."""
    lines = context.source.text.splitlines()
    first = node.lineno - 1
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    comments = (line.partition("#")[2] for line in lines[first : node.end_lineno])
    return any(_ON_PURPOSE.search(comment) for comment in comments)


def _without_name(context: Context, node: ast.Call) -> Draft:
    """Remove `.forward`, with the line break in front of it."""
    assert isinstance(node.func, ast.Attribute)
    start, end = context.range(node.func.value)[1], context.range(node.func)[1]
    match = _METHOD.search(context.source.text, start, end)
    if match is None:
        return refused("there is a comment in the method's name")
    before = context.source.text[start : match.start()].rstrip()
    keeps = before.endswith("\\") or "#" in before
    return Draft((Edit(match.start() + len(match[1]) if keeps else match.start(), end, ""),))
