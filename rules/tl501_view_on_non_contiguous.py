"""A `view` that the strides of the tensor don't allow.

## What it does

Reports `x.view(...)` where the strides of `x` can't give the wanted shape, so that torch raises. The strides are followed
through variables, helpers and every operation in between.

## Why is this bad

`view` never copies: it only gives new sizes to the same memory. After `permute`, `transpose`, `t()`, `expand`, or a slice of
an inner axis, neighbouring axes may lie apart in memory, and `view` can't merge them: "view size is not compatible with input
tensor's size and stride". Pointwise operations keep such a layout (`relu(x.transpose(1, 2))` is still transposed), and so do
`clone()` and dropout; matrix products, softmax and layer norm give contiguous results.

## When it stays silent

- Where torch allows the view: it splits an axis, or merges axes that still lie together.
- Where the layout or the rank is not known, or depends on the kernel (`scaled_dot_product_attention`).
- Where two sizes decide that may or may not be related, or an argument whose default makes the view legal.
- Where the code asks `is_contiguous()` or catches the error.

A finding is *certain* (group error) where the layout follows from the code alone. Where it rests on the assumption that an
argument, or the result of a convolution, is in torch's default layout, it is in group suspicious and says so. Nothing is
assumed in a file that mentions `channels_last`, or for a function that the file calls with another layout.

## Example

```python
def merge_heads(attention, value):
    heads = (attention @ value).transpose(1, 2)
    batch, length, count, width = heads.shape
    return heads.view(batch, length, count * width)
```

## Use instead

```python
def merge_heads(attention, value):
    heads = (attention @ value).transpose(1, 2)
    batch, length, count, width = heads.shape
    return heads.reshape(batch, length, count * width)
```

## Fix safety

Safe: `reshape` gives the same view where one is possible, and a copy where `view` could only raise.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.Tensor.view.html
- https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics.layouts import Answer, Verdict

if TYPE_CHECKING:
    from torchlint.context import Context
    from torchlint.semantics.values import Value

# What an operation did to the axes; every other one reorders them.
_EFFECTS = {
    "getitem": "cut out of a larger tensor",
    "narrow": "cut out of a larger tensor",
    "expand": "spread over one element",
}
_EFFECTS |= {
    "expand_as": "spread over one element",
    "chunk": "cut out of a larger tensor",
    "split": "cut out of a larger tensor",
}


class ViewOnNonContiguous(Rule):
    """TL501."""

    code = "TL501"
    name = "view-on-non-contiguous"
    group = Group.ERROR
    needs = frozenset(("view", "view_as"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every call of `view` or `view_as` that torch refuses."""
        calls: dict[ast.Call, list[Value]] = {}
        for value in (*context.program.values("view"), *context.program.values("view_as")):
            if isinstance(value.node, ast.Call) and isinstance(value.node.func, ast.Attribute):
                calls.setdefault(value.node, []).append(value)
        for call, values in calls.items():
            if context.facts.is_caught(call) or any(_is_tested(value) for value in values):
                continue
            worst = _worst(context, values)
            finding = self._finding(context, call, *worst) if worst is not None else None
            if finding is not None:
                yield finding

    def _finding(self, context: Context, call: ast.Call, value: Value, verdict: Verdict) -> Finding | None:
        import libcst as cst

        node = context.concrete.node(call)
        func, cause = call.func, verdict.cause
        if (
            cause is None
            or verdict.axes is None
            or not isinstance(func, ast.Attribute)
            or not isinstance(node, cst.Call)
        ):
            return None
        first, second = verdict.axes
        subject = _subject(context, func.value)
        because = []
        if cause.node is not None:
            because.append(context.because(cause.node, f"{_spelled(cause)} leaves axes apart in memory"))
        method = "reshape" if value.op == "view" else "reshape_as"
        message = f"{func.attr}() merges axes {first} and {second} of {subject}, which {_story(cause, func.value)}; use {method}()"
        if not verdict.certain:
            message += ". This takes arguments to arrive in the default layout"
        draft = context.edits.rename_method(node, method)
        return context.finding(
            self,
            node,
            message,
            because=because,
            fix=draft.fix(f"Use {method}()", Safety.SAFE),
            withheld=draft.problem,
            group=Group.ERROR if verdict.certain else Group.SUSPICIOUS,
        )


def _worst(context: Context, values: list[Value]) -> tuple[Value, Verdict] | None:
    """The verdict on a call that may be reached in several ways: an assumed layout counts only if no caller makes it legal."""
    verdicts = [(value, context.facts.view_legality(value)) for value in values]
    verdicts = [(value, verdict) for value, verdict in verdicts if context.facts.is_tensor(value.args["input"])]
    illegal = [(value, verdict) for value, verdict in verdicts if verdict.answer is Answer.ILLEGAL]
    certain = [(value, verdict) for value, verdict in illegal if verdict.certain]
    if certain:
        return certain[0]
    legal = any(verdict.answer is Answer.LEGAL for _, verdict in verdicts)
    return illegal[0] if illegal and not legal else None


def _is_tested(view: Value) -> bool:
    """Whether the code asks if the tensor is contiguous."""
    operand = view.args["input"]
    return any(use.op == "is_contiguous" or use.data == "is_contiguous" for use in operand.uses)


def _subject(context: Context, receiver: ast.expr) -> str:
    """The tensor in the words of the code, if these are short."""
    text = context.source.segment(receiver)
    return f"`{text}`" if len(text) <= 40 and "\n" not in text else "its operand"


def _story(cause: Value, receiver: ast.expr) -> str:
    """What the operation did to the axes, and where."""
    place = ""
    if cause.node is not None and getattr(cause.node, "lineno", None) != receiver.end_lineno:
        place = f" on line {getattr(cause.node, 'lineno', '?')}"
    return f"{_spelled(cause)}{place} {_EFFECTS.get(cause.op, 'pulled apart')}"


def _spelled(cause: Value) -> str:
    node = cause.node
    if isinstance(node, ast.Subscript):
        return "the subscript"
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    if cause.module is not None and cause.module.op == "py.module":
        return str(cause.module.data.name).rpartition(".")[2]
    name = node.func if isinstance(node, ast.Call) else None
    word = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else cause.op
    return f"{word}()"
