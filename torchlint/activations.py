"""Edits that take an activation out of the way of a loss which applies its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.semantics import operations
from torchlint.semantics.outputs import keeps_elements
from torchlint.semantics.values import PHI, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from torchlint.context import Context

WORDS = {"softmax": "softmax", "log_softmax": "log-softmax", "sigmoid": "sigmoid"}
_MAX_USES = 60


def without(context: Context, activations: Sequence[Value], loss: str) -> Draft:
    """Let a loss see what an activation was applied to: `loss(softmax(x), y)` becomes `loss(x, y)`.

    Refused where the result of the activation has other uses, or where it is no call of its own.
    """
    import libcst as cst

    node, word = activations[0].node, WORDS[activations[0].op]
    if any(one.node is not node for one in activations) or not isinstance(node, ast.Call):
        return refused(f"the {word} isn't applied at one place")
    made = context.program.at(node)
    if any(one.op != activations[0].op for one in made):
        return refused(f"the {word} is part of the model: where it is used for predictions they need it")
    if not all(_only_for(loss, one) for one in made):
        return refused(f"the result of the {word} is used elsewhere too")
    call = context.concrete.node(node)
    operand = _operand(context, call, activations[0]) if isinstance(call, cst.Call) else None
    if operand is None or not isinstance(call, cst.Call):
        return refused(f"it isn't clear what the {word} is applied to")
    text = context.edits.text(operand)
    around = next(context.concrete.enclosing(call), None)
    if isinstance(around, cst.Assign) and [context.edits.text(one.target) for one in around.targets] == [text]:
        return context.edits.delete_statement(around)
    return context.edits.replace(call, text)


def _operand(context: Context, call: cst.Call, value: Value) -> cst.BaseExpression | None:
    """What an activation is applied to, as the call writes it."""
    import libcst as cst

    if value.form == "method":
        return call.func.value if isinstance(call.func, cst.Attribute) else None
    parameters: Sequence[str] = ("input",)
    if value.form == "function":
        operation = operations.function(f"torch.nn.functional.{value.op}")
        parameters = operation.overloads[0].names if operation is not None else parameters
    found, _ = context.edits.argument(call, "input", parameters)
    return found.value if found is not None and len(call.args) >= 1 else None


def _only_for(loss: str, value: Value) -> bool:
    """Whether nothing but the input of such a loss is made of a value."""
    pending, seen = [value], {value}
    while pending:
        at = pending.pop()
        for use in at.uses:
            if use.op == loss and use.args.get("target") is not at and use.args.get("weight") is not at:
                continue
            if not (use.op == PHI or keeps_elements(use)):
                return False
            if use not in seen:
                seen.add(use)
                pending.append(use)
        if len(seen) > _MAX_USES:
            return False
    return True
