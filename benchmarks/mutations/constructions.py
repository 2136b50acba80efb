"""TL105: a layer that the constructor makes is made where `forward` calls it.

Certain where the layer is of a class of torch.nn with weights, made with constants, and its attribute is only set there and called
once, in a `forward` that always gets to the call, with gradients.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.mutations.files import File, Function
from benchmarks.mutations.mutant import Dropped, Mutant

WORDS = ("forward",)
# Classes whose objects have parameters, whatever their other arguments.
_LAYER = re.compile(
    r"torch\.nn\.(Linear|Bilinear|Embedding|(Conv|ConvTranspose)[123]d|LSTM|GRU|RNN|PReLU|MultiheadAttention|LayerNorm|GroupNorm|"
    r"BatchNorm[123]d)"
)
_SWITCHES = {"affine", "elementwise_affine"}
# What would make it somebody's decision that the weights aren't trained, or hide the construction.
_DECIDES = {"no_grad", "inference_mode", "set_grad_enabled", "manual_seed", "requires_grad", "requires_grad_"}


def mutants(file: File) -> Iterator[Mutant | Dropped]:
    """The layers that the constructors of a file's modules make and keep as attributes."""
    for node in file.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.value, ast.Call):
            continue
        target, call = node.targets[0], node.value
        function = file.function(node)
        if not _is_own(target) or function is None or function.name != "__init__" or node not in function.body:
            continue
        if not _LAYER.fullmatch(file.called(call)):
            continue
        reason = _uncertain(file, call)
        used = _only_call(file, target.attr, function) if isinstance(target, ast.Attribute) else None
        if reason or used is None:
            yield Dropped(reason or "the layer isn't called exactly once, in the forward of its module")
            continue
        made = " ".join(file.text(call).split())
        edits = ((*file.source.range(node), "pass"), (*file.source.range(used.func), made))
        yield Mutant("TL105", "made in forward", file, f"{file.scope(node)} {made}", edits)


def _is_own(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"


def _uncertain(file: File, call: ast.Call) -> str:
    """Why it isn't certain that the constructor gives the same layer elsewhere; "" if it is."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if any(keyword.arg is None for keyword in call.keywords) or not all(_is_constant(one) for one in given):
        return "the layer isn't made with constants"
    if any(keyword.arg in _SWITCHES for keyword in call.keywords) or (
        "Norm" in file.called(call) and len(call.args) > 2
    ):
        return "the norm may have no weights"
    return ""


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List):
        return all(_is_constant(one) for one in node.elts)
    return isinstance(node, ast.Constant)


def _only_call(file: File, name: str, init: Function) -> ast.Call | None:
    """The only mention of an attribute besides its assignment, if it's a call in the module's forward."""
    mentions = [
        one
        for one in file.nodes
        if (isinstance(one, ast.Attribute) and one.attr == name)
        or (isinstance(one, ast.Constant) and one.value == name)
    ]
    loads = [one for one in mentions if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Load)]
    if len(mentions) != 2 or len(loads) != 1 or not _is_own(loads[0]):
        return None
    call, forward = file.parents[loads[0]], file.function(loads[0])
    owner = file.owner(loads[0])
    if not isinstance(call, ast.Call) or call.func is not loads[0] or forward is None or owner is None:
        return None
    if forward.name != "forward" or forward not in owner.body or init not in owner.body or forward.decorator_list:
        return None
    if [file.qualified(base) for base in owner.bases] != ["torch.nn.Module"] or file.in_nested_scope(call, forward):
        return None
    words = {getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(owner)}
    return None if words & _DECIDES else call
