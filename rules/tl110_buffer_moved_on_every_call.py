"""Devices in a forward pass: attributes that each call copies, new tensors left on the CPU, a GPU written into the code.

## What it does

Finds three things in what a module does when it's called:

- `self.mask.to(x.device)`, or `type_as`, of a plain tensor that the constructor made (a note).
- `torch.arange(n)`, `torch.zeros(..)` and other new tensors without `device=` that meet the input, or a parameter, in one
  operation (an error).
- `.cuda()`, `.to("cuda")` or `device="cuda"` in a constructor or a forward pass (off by default; group `strict`).

## Why is this bad

A plain tensor stays on the CPU when its module moves. Moving it in `forward` copies it from the CPU to the GPU at every call, and
makes the GPU wait. A buffer moves once, with the module.

A new tensor is made on the CPU. Where it meets one on the GPU, torch raises "Expected all tensors to be on the same device".
On the CPU everything works, so tests pass.

With a GPU written into it, a module doesn't run on the CPU, nor on a second GPU.

## When it stays silent

The attribute is a buffer or a parameter, what `to` gives is stored (a cache), another part of the file sets the attribute, or the
class moves it itself. The new tensor is moved before it meets anything, or on a condition. It has no dimensions (torch mixes
those with all devices), only indexes a tensor, is written into or copied from, or meets an argument behind the first that
nothing shows to be on the GPU, as lengths often aren't. The default device is changed in the file. A GPU is named under a
condition, or outside of modules.

## Example

```python
class Positions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.mask = torch.ones(length, length).tril()
        self.embedding = nn.Embedding(length, dim)

    def forward(self, x):
        x = x + self.embedding(torch.arange(x.shape[1]))
        return self.mask.to(x.device) @ x
```

## Use instead

```python
class Positions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.register_buffer("mask", torch.ones(length, length).tril(), persistent=False)
        self.embedding = nn.Embedding(length, dim)

    def forward(self, x):
        x = x + self.embedding(torch.arange(x.shape[1], device=x.device))
        return self.mask @ x
```

## Fix safety

A buffer: as for TL101, safe for integers and booleans, unsafe for floating point, which `.half()` converts; the call of
`to` stays, and costs nothing any more. `device=`: safe where the tensor is used for nothing else than the operation that fails on
a GPU, else unsafe: another use may need it on the CPU. No fix where no input has a name at that place, where a
generator is given, or for constructors of types such as `torch.FloatTensor`. A GPU in the code is left to a person.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer
- https://docs.pytorch.org/docs/stable/notes/cuda.html
- https://docs.pytorch.org/tutorials/recipes/recipes/tuning_guide.html#create-tensors-directly-on-the-target-device
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.registration import category, registered
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.left_behind import target
from torchlint.semantics.moved import Copied, Moves, Stranded, takes_device

if TYPE_CHECKING:
    from torchlint.context import Context


class BufferMovedOnEveryCall(Rule):
    """TL110."""

    code = "TL110"
    name = "buffer-moved-on-every-call"
    group = Group.ERROR
    needs = frozenset(("Module", "LightningModule", "nn"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every copy, every tensor left on the host, and every GPU that is named."""
        moves = Moves(context.program, context.facts.devices, context.facts.rank)
        for copied in moves.copied():
            yield _copied(self, context, copied)
        for stranded in moves.stranded():
            yield _stranded(self, context, stranded)
        for call in moves.fixed() if context.settings.enabled(self.code, Group.STRICT) else ():
            if call.node is not None:
                yield context.finding(
                    self,
                    call.node,
                    "this ties the module to one GPU: it runs neither on the CPU nor on another GPU",
                    withheld="use the device of an input, a parameter or a buffer",
                    group=Group.STRICT,
                )


def _copied(rule: Rule, context: Context, one: Copied) -> Finding:
    draft = registered(context, one.attribute)
    stores = one.attribute.stores
    whole = all(category(context, store.value) in ("bool", "integer") for store in stores)
    return context.finding(
        rule,
        one.call.node if one.call.node is not None else stores[0].node,
        f"`self.{one.attribute.name}` is copied from the CPU at every call: as a buffer it would move once, with the module",
        because=[context.because(target(store), "stored as a plain attribute") for store in stores],
        fix=draft.fix("Register it as a buffer", Safety.SAFE if whole else Safety.UNSAFE),
        withheld=draft.problem,
        group=Group.WASTE,
    )


def _stranded(rule: Rule, context: Context, one: Stranded) -> Finding:
    node, meeting = one.factory.node, one.meeting.node
    assert node is not None
    draft = _placed(context, one)
    line = getattr(meeting, "lineno", 0)
    return context.finding(
        rule,
        node,
        f"made on the CPU wherever the module is: {_code(context, meeting)} on line {line} mixes devices on a GPU",
        because=[context.because(meeting, "here it meets a tensor that follows the module")]
        if meeting is not None
        else (),
        fix=draft.fix("Make it where the input is", Safety.SAFE if one.only else Safety.UNSAFE),
        withheld=draft.problem,
    )


def _placed(context: Context, one: Stranded) -> Draft:
    """The factory with the device of a tensor that has a name."""
    call = context.concrete.node(one.factory.node) if one.factory.node is not None else None
    if not one.near:
        return refused("no tensor on the module's device has a name here")
    if "generator" in one.factory.args:
        return refused("the generator has a device, too")
    if call is None or not isinstance(one.factory.node, ast.Call):
        return refused("the call isn't understood")
    if one.factory.op == "from_numpy":
        return context.edits.append_method(call, f"to({one.near}.device)")
    if not takes_device(one.factory.op):
        return refused("constructors of types take no device: use torch.tensor or torch.empty")
    return context.edits.with_argument(call, "device", f"{one.near}.device")  # type: ignore[arg-type]


def _code(context: Context, node: ast.AST | None) -> str:
    text = context.source.segment(node) if node is not None else ""
    return f"`{text}`" if 0 < len(text) <= 60 and "\n" not in text else "an operation"
