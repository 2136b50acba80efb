"""A tensor that a module keeps as a plain attribute.

## What it does

Finds tensors that a module's constructor, or a method that it calls, stores as plain attributes, and that another method
combines with tensors which follow the module: its inputs, parameters and buffers. A tensor with `requires_grad=True`
that never became a parameter is found with a message of its own.

## Why is this bad

`module.to(device)`, `.cuda()` and `.half()` move parameters and buffers, nothing else. The attribute stays on the CPU,
and the first operation that meets an input on the GPU raises "Expected all tensors to be on the same device". The
tensor isn't saved with the module either, and no optimizer sees it. On the CPU everything works, so tests pass.

## When it stays silent

The attribute is a parameter, a buffer, a module, a number or None, or `forward` assigns it (a cache). It's moved wherever
it's used, by the function that it's passed to, or by an overridden `to` or `_apply`. It's never read outside of the
constructor, or only as a number, a truth value, an index, a shape, or the source of a copy. It has no dimensions
(torch mixes those with tensors of every device), or may have none. The class is no module, or its base isn't known. What
an imported function does with the attribute isn't known either. A module that's only ever used on the CPU is found,
though: silence it with `# noqa: TL101`.

## Example

```python
class Positions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.table = torch.arange(length).unsqueeze(1) * torch.ones(dim)

    def forward(self, x):
        return x + self.table
```

## Use instead

```python
class Positions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.register_buffer("table", torch.arange(length).unsqueeze(1) * torch.ones(dim), persistent=False)

    def forward(self, x):
        return x + self.table
```

## Fix safety

`persistent=False` keeps the state_dict as it is, so old checkpoints load; leave it out where the tensor should be saved.
Safe for integers and booleans. Unsafe for floating point: a buffer is converted by `.half()` and `.to(torch.bfloat16)`
where the plain tensor kept its 32 bits. A table of positions up to 5,000 is then off by up to 2 in float16 (it holds every
integer up to 2,048) and by up to 16 in bfloat16 (up to 256); values between 0 and 1 are off by up to 0.00025 and 0.002.

No fix for complex tensors (`.to(torch.bfloat16)` would drop the imaginary part), for tensors that require gradients, for
lists and dicts, where the name holds anything else before or after (register_buffer raises KeyError for an attribute that
exists), where it's also a class attribute or a property, or where it's set before `super().__init__()`.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer
- https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Buffer.html
- https://docs.pytorch.org/docs/stable/notes/cuda.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.registration import category, registered
from torchlint.rule import Because, Finding, Group, Rule, Safety
from torchlint.semantics.left_behind import Attributes, LeftBehind, target

if TYPE_CHECKING:
    from torchlint.context import Context


class UnregisteredBuffer(Rule):
    """TL101."""

    code = "TL101"
    name = "unregistered-buffer"
    group = Group.ERROR
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every attribute that holds a tensor which nothing moves or trains."""
        for attribute in Attributes(context.program, context.facts.devices, context.facts.rank).left_behind():
            draft = registered(context, attribute)
            ceiling = Safety.SAFE if _rounds_nothing(context, attribute) else Safety.UNSAFE
            fix = draft.fix("Register it as a buffer", ceiling)
            yield context.finding(
                self,
                target(attribute.stores[0]),
                _message(context, attribute),
                because=_because(context, attribute),
                fix=fix,
                withheld=draft.problem,
                group=Group.SUSPICIOUS if attribute.trained else None,
            )


def _message(context: Context, attribute: LeftBehind) -> str:
    name = f"`self.{attribute.name}`"
    if attribute.trained:
        return (
            f"{name} requires gradients but is no nn.Parameter: no optimizer sees it, and it is neither moved nor saved"
        )
    node = attribute.meeting.node if attribute.meeting is not None else None
    line = getattr(node, "lineno", 0)
    what = f"{name} holds plain tensors" if attribute.container else f"{name} is no buffer"
    return f"{what}: .to(device) leaves it behind, and {_code(context, node)} on line {line} then mixes devices"


def _because(context: Context, attribute: LeftBehind) -> list[Because]:
    found = [context.because(target(store), "stored as a plain attribute") for store in attribute.stores]
    if attribute.meeting is not None and attribute.meeting.node is not None:
        found.append(context.because(attribute.meeting.node, "here it meets a tensor that follows the module"))
    return found


def _code(context: Context, node: ast.AST | None) -> str:
    text = context.source.segment(node) if node is not None else ""
    return f"`{text}`" if 0 < len(text) <= 60 and "\n" not in text else "an operation"


def _rounds_nothing(context: Context, attribute: LeftBehind) -> bool:
    """Whether `.half()` leaves the attribute as it is when it's a buffer."""
    return all(category(context, store.value) in ("bool", "integer") for store in attribute.stores)
