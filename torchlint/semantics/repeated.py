"""One layer that stands several times in a container, and was probably meant to be several layers.

A list that is multiplied, a comprehension or a loop puts the object itself in the container each time, never a copy.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

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


class _Scope:
    """What one walk over a function, or a file, tells: its loops and conditions, and how often it reads each name."""

    def __init__(self, tree: ast.AST) -> None:
        self.loops: list[ast.For | ast.While] = []
        self.conditions: list[ast.AST] = []
        self.copies = False  # it copies layers
        self.reads: Counter[str] = Counter()  # without those of attributes, by which weights are initialised
        for part in ast.walk(tree):
            if isinstance(part, ast.Name):
                self.reads[part.id] += isinstance(part.ctx, ast.Load)
                self.copies = self.copies or part.id == "deepcopy"
            elif isinstance(part, ast.Attribute):
                self.copies = self.copies or part.attr == "deepcopy"
                if isinstance(part.value, ast.Name):
                    self.reads[part.value.id] -= 1
            elif isinstance(part, ast.For | ast.While):
                self.loops.append(part)
            elif isinstance(part, ast.If | ast.IfExp | ast.Try | ast.Match):
                self.conditions.append(part)


class _Scopes:
    """The scopes of a program, each walked once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[ast.AST, _Scope] = {}

    def of(self, value: Value) -> _Scope:
        """The function in which a value was made, or the file."""
        frame = value.frame
        tree = frame.function.node if frame is not None and frame.function is not None else self._program.tree
        found = self._known.get(tree)
        if found is None:
            found = self._known[tree] = _Scope(tree)
        return found


def repeated(program: Program) -> list[Repeated]:
    """Every repetition of a layer with weights that nothing shows to be meant, in the order of the text."""
    found: dict[ast.AST, Repeated] = {}
    modules: Submodules | None = None
    scopes = _Scopes(program)
    for node, container, names in _candidates(program, scopes):
        if node in found:
            continue
        modules = modules or Submodules(program)
        layers = tuple(dict.fromkeys(one for one in _held(container) if _has_weights(modules, one)))
        if not layers:
            continue
        named = [layer for layer in layers if names.get(layer, "")]
        if any(not _is_only_repeated(scopes, modules, node, container, layer, names[layer]) for layer in named):
            continue
        found[node] = Repeated(node, layers, not named)
    return sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset))


def _candidates(program: Program, scopes: _Scopes) -> Iterator[tuple[ast.expr, Value, dict[Value, str]]]:
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
        if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
            continue
        if layer.frame is note.frame and any(_repeats(loop, call, layer) for loop in scopes.of(note).loops):
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


def _repeats(loop: ast.For | ast.While, call: ast.Call, layer: Value) -> bool:
    """Whether a loop runs a call, and a layer was built before it."""
    return _within(call, loop) and layer.node is not None and not _within(layer.node, loop)


def _within(node: Any, outer: Any) -> bool:
    """Whether a node's text lies in that of another one."""
    starts = (outer.lineno, outer.col_offset) <= (node.lineno, node.col_offset)
    return starts and (node.end_lineno, node.end_col_offset) <= (outer.end_lineno, outer.end_col_offset)


def _is_only_repeated(
    scopes: _Scopes, modules: Submodules, node: ast.expr, container: Value, layer: Value, name: str
) -> bool:
    """Whether a layer with a name is used for nothing else than the repetition, and becomes a part of a module.

    One that is an attribute of its own, or is used once more, is shared on purpose; so are those that a function
    repeats on a condition, or copies for another case.
    """
    if any(one.frame is not container.frame for one in _alternatives(layer)) or modules.is_stored(layer):
        return False
    scope = scopes.of(container)
    if scope.copies or scope.reads[name] != 1 or any(_within(node, one) for one in scope.conditions):
        return False
    return _becomes_part(modules, container)


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
