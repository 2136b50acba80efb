"""Edits that make an activation and a loss fit: one of them is taken away, or replaced by another."""

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
    from torchlint.semantics.losses import LossCall

WORDS = {
    "softmax": "softmax",
    "log_softmax": "log-softmax",
    "sigmoid": "sigmoid",
    "logsigmoid": "log-sigmoid",
    "tanh": "tanh",
}
_CLASSES = {
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "cross_entropy": "CrossEntropyLoss",
    "log_softmax": "LogSoftmax",
}
_COMPARED = frozenset(("gt", "ge", "lt", "le", "round", "gt_", "greater", "less"))
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


def with_logarithm(context: Context, softmaxes: Sequence[Value], loss: str) -> Draft:
    """Take log-softmaxes instead of softmaxes that only such a loss sees."""
    node = softmaxes[0].node
    if any(one.node is not node or one.op != "softmax" for one in softmaxes) or not isinstance(node, ast.Call):
        return refused("there isn't one softmax that could become a log-softmax")
    made = context.program.at(node)
    if any(one.op != "softmax" for one in made):
        return refused("the softmax is part of the model: where it is used for predictions they need it")
    if not all(_only_for(loss, one) for one in made):
        return refused("the result of the softmax is used elsewhere too")
    layer = softmaxes[0].module
    if layer is None:
        return _renamed(context, node, "torch.nn.functional", "log_softmax")
    if not isinstance(layer.node, ast.Call):
        return refused("it isn't clear where the softmax was made")
    others = [
        one for one in context.program.values("softmax") if one.module is not None and one.module.node is layer.node
    ]
    if not all(_only_for(loss, one) for one in others):
        return refused("the softmax is applied elsewhere too")
    return _renamed(context, layer.node, "torch.nn", "LogSoftmax")


def other_loss(context: Context, call: LossCall, scores: Sequence[Value], name: str) -> Draft:
    """Call another loss, one that takes scores; of a module, where it is made."""
    if any(use.op in _COMPARED for one in scores for use in _seen(one)):
        return refused("the scores are compared with a number elsewhere, as probabilities")
    outputs, known = context.facts.outputs, set(scores)
    wrong = [value for value in call.values if known.issuperset(outputs.sources(value.args["input"]))]
    makers = {value.module.node if value.module is not None else None for value in wrong}
    made = makers.pop() if len(makers) == 1 else call.node
    if made is None:
        if not all(_takes_scores(context, value) for value in call.values):
            return refused("the loss is called with other inputs too")
        return _renamed(context, call.node, "torch.nn.functional", name)
    if made is call.node or not isinstance(made, ast.Call):
        return refused("it isn't clear where the loss was made")
    for value in context.program.values(call.values[0].op):
        if value.module is not None and value.module.node is made and not _takes_scores(context, value):
            return refused("the loss is called with other inputs too")
    return _renamed(context, made, "torch.nn", _CLASSES[name])


def _takes_scores(context: Context, value: Value) -> bool:
    """Whether the input of a loss is scores, or nothing is known of it, as in a function that is analysed on its own."""
    outputs = context.facts.outputs
    return all(outputs.is_score(one) or one.op.startswith("py.") for one in outputs.sources(value.args["input"]))


def _renamed(context: Context, node: ast.Call, package: str, name: str) -> Draft:
    """Call another function, method or class of the same place."""
    import libcst as cst

    call = context.concrete.node(node)
    if not isinstance(call, cst.Call):
        return refused("it isn't clear what is called")
    if isinstance(call.func, cst.Attribute):
        return context.edits.rename_method(call, name)
    known = context.edits.imports.ensure(f"{package}.{name}", node)
    if known is None:
        return refused(f"there is no name for {package}.{name} here")
    draft = context.edits.replace(call.func, known[0])
    return Draft((*draft.edits, *known[1]), draft.safety, draft.problem)


def _seen(value: Value) -> list[Value]:
    """The uses of a value and of what holds its elements as they are."""
    found: dict[Value, None] = {}
    pending = [value]
    while pending and len(found) < _MAX_USES:
        for use in pending.pop().uses:
            if use not in found:
                found[use] = None
                if use.op == PHI or keeps_elements(use):
                    pending.append(use)
    return list(found)


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
