"""Which calls of a file are certainly calls of a loss."""

from __future__ import annotations

import ast

from benchmarks.mutations.files import File

MODULES = {
    "CrossEntropyLoss": "cross_entropy",
    "NLLLoss": "nll_loss",
    "MultiMarginLoss": "multi_margin_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}


def loss(file: File, call: ast.Call) -> str:
    """The function that a call certainly computes ("cross_entropy", through a module too), or ""."""
    name = file.called(call)
    if name.startswith("torch.nn.functional."):
        short = name.removeprefix("torch.nn.functional.")
        return short if short in MODULES.values() else ""
    func = call.func
    made: ast.expr | None = None
    if isinstance(func, ast.Call):
        made = func
    elif isinstance(func, ast.Name):
        origin = file.origin(func.id, call)
        made = origin.value if origin is not None and origin.index is None else None
    elif isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self":
        made = _attribute(file, call, func.attr)
    short = file.called(made).removeprefix("torch.nn.") if isinstance(made, ast.Call) else ""
    return MODULES.get(short, "")


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """What a call passes for a parameter; None where that isn't certain."""
    if any(isinstance(one, ast.Starred) for one in call.args[: position + 1]):
        return None
    if len(call.args) > position:
        return call.args[position]
    return next((one.value for one in call.keywords if one.arg == name), None)


def _attribute(file: File, at: ast.AST, name: str) -> ast.expr | None:
    """The only thing that the class around ever stores in an attribute."""
    owner = file.owner(at)
    if owner is None:
        return None
    stores = [
        node.value
        for node in ast.walk(owner)
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Attribute) and t.attr == name for t in node.targets)
    ]
    bound = sum(
        isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(owner)
    )
    return stores[0] if len(stores) == 1 == bound else None
