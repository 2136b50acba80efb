"""TL403, TL404, TL406: what a loss takes goes through one activation too many, or a log-softmax loses its logarithm.

A softmax or sigmoid is put where the scores of a loss that applies it itself come from: on the value of the assignment before,
behind changes of shape only, or in the call. `log_softmax` in the same places, in front of a negative log-likelihood, becomes `softmax`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.mutations.files import File
from benchmarks.mutations.losses import argument, loss
from benchmarks.mutations.mutant import Dropped, Edit, Mutant

_ACTIVATIONS = {
    "cross_entropy": ("TL403", ".softmax(dim=1)"),
    "binary_cross_entropy_with_logits": ("TL404", ".sigmoid()"),
}
_LOG = ("TL406", "softmax")
WORDS = ("cross_entropy", "CrossEntropyLoss", "BCEWithLogitsLoss", "nll_loss", "NLLLoss")
_SHAPES = {"view", "reshape", "squeeze", "unsqueeze", "flatten", "contiguous", "float", "transpose", "permute"}
_ALREADY = ("softmax", "sigmoid", "prob")


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The scores of a file that losses take; those that reach several losses are one mutant."""
    found: dict[Edit, list[_Loss]] = {}
    for node in file.nodes if file.imports("torch") else ():
        name = loss(file, node) if isinstance(node, ast.Call) else ""
        if (name not in _ACTIVATIONS and name != "nll_loss") or not isinstance(node, ast.Call):
            continue
        scores = argument(node, 0, "input")
        if scores is None:
            yield Dropped("which argument holds the scores isn't certain")
            continue
        made, where = _origin(file, scores)
        edit = _without_logarithm(file, made) if name == "nll_loss" else None
        if name == "nll_loss" and edit is None:
            yield Dropped("the log-softmax isn't in sight")
            continue
        if edit is None and any(word in file.text(made).lower() for word in _ALREADY):
            yield Dropped("there may be an activation already")
            continue
        edit = edit or _wrapped(file, made, _ACTIVATIONS[name][1])
        found.setdefault(edit, []).append(_Loss(node, name, where))
    for edit, losses in found.items():
        if len({one.name for one in losses}) > 1:
            yield Dropped("two kinds of losses take the scores")
            continue
        place = f"{file.scope(losses[0].call)} {' '.join(file.text(losses[0].call).split())}"
        sinks = tuple(file.source.range(one.call) for one in losses)
        code, text = _ACTIVATIONS.get(losses[0].name, _LOG)
        yield Mutant(code, f"{text}, {losses[0].where}", file, place, (edit,), sinks)


@dataclass(frozen=True, slots=True)
class _Loss:
    """A loss, and where its scores come from."""

    call: ast.Call
    name: str
    where: str


def _origin(file: File, node: ast.expr, depth: int = 0) -> tuple[ast.expr, str]:
    """The expression that made some scores, and where it stands."""
    where = "in the call" if depth == 0 else "in an assignment before"
    if isinstance(node, ast.Name) and depth < 4:
        origin = file.origin(node.id, node)
        if origin is not None and origin.value is not None and origin.index is None:
            return _origin(file, origin.value, depth + 1)
    method = node.func if isinstance(node, ast.Call) and not file.called(node) else None
    if depth and isinstance(method, ast.Attribute) and method.attr in _SHAPES:
        return _origin(file, method.value, depth)
    return node, where


def _without_logarithm(file: File, node: ast.expr) -> Edit | None:
    """The edit that makes a softmax of a log-softmax; None where a node is none."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "log_softmax":
        return None
    if file.called(node) not in ("", "torch.log_softmax", "torch.nn.functional.log_softmax"):
        return None
    end = file.source.range(node.func)[1]
    return (end - len("log_softmax"), end, "softmax")


def _wrapped(file: File, node: ast.expr, method: str) -> Edit:
    """The edit that calls a method on an expression's result."""
    start, end = file.source.range(node)
    text = file.source.text[start:end]
    simple = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return (start, end, f"{text}{method}" if simple else f"({text}){method}")
