"""TL401 and TL402: the conversion of a loss's target goes wrong: `.long()` becomes `.int()`, `.float()` becomes `.long()`.

Certain where the tensor that is converted reaches the loss in straight lines, through changes of shape only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.mutations.files import File
from benchmarks.mutations.mutant import Dropped, Edit, Mutant

_CLASSES = {"cross_entropy", "nll_loss", "multi_margin_loss"}
_CLASS_MODULES = {"CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"}
_BINARY = {"binary_cross_entropy", "binary_cross_entropy_with_logits"}
_BINARY_MODULES = {"BCELoss", "BCEWithLogitsLoss"}
WORDS = (*_CLASSES, *_CLASS_MODULES, *_BINARY, *_BINARY_MODULES)

_SHAPES = {
    "view", "reshape", "squeeze", "unsqueeze", "flatten", "contiguous", "cuda", "cpu", "detach", "clone", "permute",
    "transpose", "t", "expand", "expand_as", "view_as", "reshape_as", "repeat",
}  # fmt: skip
_LONG = {"torch.long", "torch.int64"}
_FLOAT = {"torch.float", "torch.float32"}
_MAKERS = {
    "torch.tensor",
    "torch.zeros",
    "torch.ones",
    "torch.full",
    "torch.empty",
    "torch.zeros_like",
    "torch.ones_like",
}


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The conversions of a file that give losses their targets; one that reaches several losses is one mutant."""
    found: dict[Edit, list[_Loss]] = {}
    for node in file.nodes if file.imports("torch") else ():
        kind = _loss(file, node) if isinstance(node, ast.Call) else ""
        if not kind or not isinstance(node, ast.Call):
            continue
        target = node.args[1] if len(node.args) > 1 else _keyword(node, "target")
        if target is None or any(isinstance(one, ast.Starred) for one in node.args[:2]):
            yield Dropped("which argument is the target isn't certain")
            continue
        if any(isinstance(one, ast.Try) for one in file.above(node)):
            yield Dropped("the error may be caught")
            continue
        conversion = _conversion(file, target, "long" if kind == "classes" else "float", 0)
        if isinstance(conversion, Dropped):
            yield conversion
            continue
        how, edit, where = conversion
        found.setdefault(edit, []).append(_Loss(node, f"{how}, {where}"))
    for edit, losses in found.items():
        family = "TL401" if edit[2].endswith("int") else "TL402"
        place = f"{file.scope(losses[0].call)} {' '.join(file.text(losses[0].call).split())}"
        sinks = tuple(file.source.range(one.call) for one in losses)
        yield Mutant(family, losses[0].kind, file, place, (edit,), sinks)


@dataclass(frozen=True, slots=True)
class _Loss:
    """A loss, and how its target was converted."""

    call: ast.Call
    kind: str


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def _loss(file: File, call: ast.Call) -> str:
    """ "classes" or "binary" where a call is certainly such a loss."""
    name = file.called(call)
    short = name.removeprefix("torch.nn.functional.")
    if name.startswith("torch.nn.functional."):
        return "classes" if short in _CLASSES else "binary" if short in _BINARY else ""
    func = call.func
    made: ast.expr | None = None
    if isinstance(func, ast.Call):
        made = func
    elif isinstance(func, ast.Name):
        origin = file.origin(func.id, call)
        made = origin.value if origin is not None and origin.index is None else None
    elif isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self":
        owner = file.owner(call)
        if owner is not None:
            stores = [
                node.value
                for node in ast.walk(owner)
                if isinstance(node, ast.Assign)
                and any(isinstance(t, ast.Attribute) and t.attr == func.attr for t in node.targets)
            ]
            bound = sum(
                isinstance(node, ast.Attribute) and node.attr == func.attr and not isinstance(node.ctx, ast.Load)
                for node in ast.walk(owner)
            )
            made = stores[0] if len(stores) == 1 == bound else None
    short = file.called(made).removeprefix("torch.nn.") if isinstance(made, ast.Call) else ""
    return "classes" if short in _CLASS_MODULES else "binary" if short in _BINARY_MODULES else ""


def _conversion(file: File, node: ast.expr, code: str, depth: int) -> tuple[str, Edit, str] | Dropped:
    """How a target got its dtype, the edit that makes it wrong, and where that stands."""
    where = "in the call" if depth == 0 else "in an assignment before"
    wrong = "int" if code == "long" else "long"
    if isinstance(node, ast.Name):
        origin = file.origin(node.id, node)
        if origin is None or origin.value is None or origin.index is not None or depth > 4:
            return Dropped("the target's conversion isn't in sight")
        return _conversion(file, origin.value, code, depth + 1)
    if isinstance(node, ast.Subscript):
        return _conversion(file, node.value, code, depth)
    if not isinstance(node, ast.Call):
        return Dropped("the target's conversion isn't in sight")
    dtype = _keyword(node, "dtype")
    if file.called(node) in _MAKERS:
        if dtype is not None and file.qualified(dtype) in (_LONG if code == "long" else _FLOAT):
            return "dtype of a new tensor", (*file.source.range(dtype), f"torch.{wrong}"), where
        return Dropped("the target's conversion isn't in sight")
    if not isinstance(node.func, ast.Attribute) or file.called(node):
        return Dropped("the target's conversion isn't in sight")
    attr = node.func.attr
    if attr == code and not node.args:
        start = file.source.text.index(attr, file.source.range(node.func.value)[1])
        return f".{attr}()", (start, start + len(attr), wrong), where
    if attr == "type_as" and code == "float":
        return ".type_as(..)", (file.source.range(node.func.value)[1], file.source.range(node)[1], f".{wrong}()"), where
    if attr in ("to", "type"):
        given = dtype or next((one for one in node.args if _is_dtype(file, one)), None)
        if given is not None:
            fits = file.qualified(given) in (_LONG if code == "long" else _FLOAT)
            if fits or (code == "float" and isinstance(given, ast.Attribute) and given.attr == "dtype"):
                return f".{attr}(dtype)", (*file.source.range(given), f"torch.{wrong}"), where
            return Dropped("the target is converted to another dtype")
        if attr == "to" and len(node.args) == 1 and "device" in file.text(node.args[0]):
            return _conversion(file, node.func.value, code, depth)
    if attr in _SHAPES:
        return _conversion(file, node.func.value, code, depth)
    return Dropped("the target's conversion isn't in sight")


def _is_dtype(file: File, node: ast.expr) -> bool:
    return file.qualified(node) in _LONG | _FLOAT or (isinstance(node, ast.Attribute) and node.attr == "dtype")
