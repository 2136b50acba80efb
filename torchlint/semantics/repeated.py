"""One layer that stands several times in a container, and was probably meant to be several layers.

A list that is multiplied, a comprehension or a loop puts the object itself in the container each time, never a copy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from torchlint.semantics.program import Program
from torchlint.semantics.unregistered import Submodules
from torchlint.semantics.values import APPENDED, CHOICE, CONST, INSTANCE, LIST, MODULE, PHI, TUPLE, Value

_SEQUENCES: Final = (LIST, TUPLE)
_MAX_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class Repeated:
    """`layers`, of which each is one object, repeated by `node`: a product, a comprehension, or a call of `append`.

    `built`: whether the layer is built there, in the list that is multiplied.
    """

    node: ast.expr
    layers: tuple[Value, ...]
    built: bool


def repeated(program: Program) -> list[Repeated]:
    """Every repetition of a layer with weights that nothing shows to be meant, in the order of the text."""
    found: dict[ast.AST, Repeated] = {}
    modules: Submodules | None = None
    for node, container, names in _candidates(program):
        if node in found:
            continue
        modules = modules or Submodules(program)
        layers = tuple(dict.fromkeys(one for one in _held(container) if _has_weights(modules, one)))
        if not layers:
            continue
        named = [layer for layer in layers if names.get(layer, "")]
        if any(not _is_only_repeated(program, modules, node, container, layer, names[layer]) for layer in named):
            continue
        found[node] = Repeated(node, layers, not named)
    return sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset))


def _candidates(program: Program) -> Iterator[tuple[ast.expr, Value, dict[Value, str]]]:
    """Expressions that repeat what they hold, with the container (or the layer itself), and the names of layers."""
    for op in _SEQUENCES:
        for value in program.values(op):
            node = value.node
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
                names = _multiplied(node, value)
            elif isinstance(node, ast.ListComp | ast.GeneratorExp) and isinstance(node.elt, ast.Name):
                targets = {
                    part.id for one in node.generators for part in ast.walk(one.target) if isinstance(part, ast.Name)
                }
                if node.elt.id in targets or (_is_exact(value) and len(value.data.content) < 2):
                    continue
                names = dict.fromkeys(_held(value), node.elt.id)
            else:
                continue
            if names is not None and isinstance(node, ast.expr):
                yield node, value, names
    for note in program.values(APPENDED):
        call, layer = note.node, note.args["input"]
        if isinstance(call, ast.Call) and len(call.args) == 1 and isinstance(call.args[0], ast.Name):
            scope = _scope(program, note)
            if layer.frame is note.frame and any(_repeats(loop, call, layer) for loop in ast.walk(scope)):
                yield call, layer, {layer: call.args[0].id}


def _multiplied(node: ast.BinOp, value: Value) -> dict[Value, str] | None:
    """The names of the items of a list that is multiplied; None where it's repeated once, or not written out."""
    sides = [side for side in (node.left, node.right) if isinstance(side, ast.List | ast.Tuple)]
    if len(sides) != 1 or any(isinstance(one, ast.Starred) for one in sides[0].elts):
        return None
    written = sides[0].elts
    if _is_exact(value) and len(value.data.content) <= len(written):
        return None
    items = list(_held(value))[: len(written)]
    names = [one.id if isinstance(one, ast.Name) else "" for one in written]
    known = all(isinstance(one, ast.Name | ast.Call) for one in written)
    return dict(zip(items, names, strict=False)) if known else None


def _is_exact(value: Value) -> bool:
    return all(item.op != CHOICE for item in value.data.content)


def _held(value: Value) -> Iterator[Value]:
    """The items of a container, or a layer itself."""
    if value.op not in _SEQUENCES:
        yield value
        return
    for item in value.data.content:
        if item.op == CHOICE:
            yield from (one for run in item.data for one in run)
        else:
            yield item


def _has_weights(modules: Submodules, value: Value) -> bool:
    if value.op == PHI:
        return any(_has_weights(modules, one) for one in value.data)
    return value.op in (MODULE, INSTANCE) and modules.has_state(value, learned=True)


def _repeats(loop: ast.AST, call: ast.Call, layer: Value) -> bool:
    """Whether a loop runs a call, and a layer was built before it."""
    if not isinstance(loop, ast.For | ast.While) or layer.node is None:
        return False
    return _contains(loop.body, call) and not _contains([loop], layer.node)


def _contains(blocks: Sequence[ast.AST], node: ast.AST) -> bool:
    return any(part is node for block in blocks for part in ast.walk(block))


def _scope(program: Program, value: Value) -> ast.AST:
    """The function in which a value was made, or the file."""
    frame = value.frame
    return frame.function.node if frame is not None and frame.function is not None else program.tree


def _is_only_repeated(
    program: Program, modules: Submodules, node: ast.expr, container: Value, layer: Value, name: str
) -> bool:
    """Whether a layer with a name is used for nothing else than the repetition, and becomes a part of a module.

    One that is an attribute of its own, or is used once more, is shared on purpose; so are those that a function
    repeats on a condition, or copies for another case.
    """
    place = container if container.op in _SEQUENCES else layer
    if any(one.frame is not container.frame for one in _alternatives(layer)) or modules.is_stored(layer):
        return False
    scope = _scope(program, container)
    plain = attributes = 0
    for part in ast.walk(scope):
        if isinstance(part, ast.If | ast.IfExp | ast.Try | ast.Match) and _contains([part], node):
            return False
        if isinstance(part, ast.Name | ast.Attribute) and getattr(part, "id", getattr(part, "attr", "")) == "deepcopy":
            return False
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load):
            plain += 1
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == name:
            attributes += 1  # of the layer: its weights are initialised
    return plain - attributes == 1 and _becomes_part(modules, place)


def _alternatives(value: Value) -> tuple[Value, ...]:
    return tuple(one for one in value.data if one.op != CONST) if value.op == PHI else (value,)


def _becomes_part(modules: Submodules, start: Value) -> bool:
    """Whether a container, or what it holds, is given to a module's constructor or kept by a module."""
    pending, seen = [start], {start}
    while pending and len(seen) < _MAX_STEPS:
        value = pending.pop()
        if modules.is_stored(value):
            return True
        items = value.data.content if value.op in _SEQUENCES else ()
        for use in (*value.uses, *(use for item in items for use in item.uses)):
            if use.op in (MODULE, INSTANCE):
                return True
            if use.op in (*_SEQUENCES, PHI) and use not in seen:
                seen.add(use)
                pending.append(use)
    return False
