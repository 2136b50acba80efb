"""Layers and tensors that are made once and then belong to several objects: default arguments, and what a class holds.

A default argument is evaluated when its function is defined, a class attribute when its class is. nn.Parameter, and a
buffer, keep the memory of the tensor that they are given.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from torchlint.semantics.classes import ClassModel, file_stores, first_parameter
from torchlint.semantics.evidence import is_tensor
from torchlint.semantics.frames import Function
from torchlint.semantics.program import Program
from torchlint.semantics.unregistered import Submodules
from torchlint.semantics.values import (
    BUFFER,
    CALL,
    ESCAPE,
    INSTANCE,
    LIST,
    MODULE,
    MUTATED,
    PARAM,
    PARAMETER,
    PHI,
    REFINE,
    TUPLE,
    Value,
)

_SAME: Final = frozenset((PHI, REFINE, MUTATED, BUFFER))
_CONTAINERS: Final = frozenset((LIST, TUPLE))
_MAX_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class SharedDefault:
    """A parameter of `function` whose default `node` is one object for all calls; `change`, where a tensor changes."""

    function: Function
    name: str
    node: ast.expr
    change: Value | None


@dataclass(frozen=True, slots=True)
class SharedAttribute:
    """An attribute that the body of a class makes, by `node`; `change`, where it's a tensor that a method changes."""

    cls: ClassModel
    name: str
    node: ast.AST
    change: Value | None


def shared_defaults(program: Program) -> Iterator[SharedDefault]:
    """Default arguments that instances share: layers that a module keeps, and tensors that are trained or changed."""
    parameters: dict[Value, list[Value]] = {}
    for value in program.values(PARAM):
        default = value.data.default
        if default is not None and (default.op in (MODULE, INSTANCE, PARAMETER) or not default.op.startswith("py.")):
            parameters.setdefault(default, []).append(value)
    if not parameters:
        return
    modules = Submodules(program)
    for function in program.functions:
        for name, node in _defaults(function.node.args):
            default = function.defaults.get(name)
            given = parameters.get(default, ()) if default is not None else ()
            if default is None or not given or not isinstance(node, ast.Call):  # a name is shared on purpose
                continue
            if default.op in (MODULE, INSTANCE, PARAMETER):
                if modules.has_state(default, learned=True) and any(_kept(modules, one) for one in given):
                    yield SharedDefault(function, name, node, None)
            elif is_tensor(default):
                change = next((one for one in map(_changed, given) if one is not None), None)
                if change is not None:
                    yield SharedDefault(function, name, node, change)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(positional[::-1], arguments.defaults[::-1], strict=False):
        yield argument.arg, default
    for argument, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if given is not None:
            yield argument.arg, given


def _kept(modules: Submodules, parameter: Value) -> bool:
    """Whether a module keeps what a parameter holds, or is built with it."""
    pending, seen = [parameter], {parameter}
    while pending and len(seen) < _MAX_STEPS:
        value = pending.pop()
        if modules.is_stored(value):
            return True
        for use in value.uses:
            if use.op == MODULE or (use.op == INSTANCE and use.data.cls.is_module):
                return True
            if use not in seen and (use.op in _SAME or use.op in _CONTAINERS):
                seen.add(use)
                pending.append(use)
    return False


def _changed(start: Value) -> Value | None:
    """What trains a tensor, or changes it in place."""
    pending, seen = [start], {start}
    while pending and len(seen) < _MAX_STEPS:
        value = pending.pop()
        for use in value.uses:
            if use.op == PARAMETER or (use.inplace and use.args.get("input") is value):
                return use
            if use.op in _SAME and use not in seen:
                seen.add(use)
                pending.append(use)
    return None


def shared_attributes(program: Program) -> Iterator[SharedAttribute]:
    """Layers in the body of a module's class, and tensors there that a method changes in place through its object."""
    modules: Submodules | None = None
    stored: frozenset[str] | None = None
    for cls in program.classes:
        for name, value in cls.attributes.items():
            node = value.node
            if node is None:
                continue
            if value.op in (MODULE, INSTANCE, PARAMETER):
                modules = modules or Submodules(program)
                if not cls.is_module or not modules.has_state(value) or modules.is_stored(value) or _given(value):
                    continue
                stored = file_stores(program.tree)[1] if stored is None else stored
                if name not in stored and not cls.is_field(name) and _is_read(cls, name):
                    yield SharedAttribute(cls, name, node, None)
            elif not value.op.startswith("py.") and is_tensor(value) and not cls.is_field(name):
                change = _changed(value)
                if change is not None and _through_self(change):
                    yield SharedAttribute(cls, name, node, change)


def _given(value: Value) -> bool:
    """Whether a layer is given to anything, moved, or asked for its state: somebody takes care of it."""
    return any(
        use.op in (MODULE, INSTANCE, ESCAPE, *_CONTAINERS)
        or (use.op == CALL and (str(use.data or "").startswith("method ") or use.args.get("callee") is not value))
        for use in value.uses
    )


def _is_read(cls: ClassModel, name: str) -> bool:
    """Whether a method of the class, or of one that extends it, reads the attribute of its object, and nothing else does."""
    pending, seen, read = [cls], {cls}, False
    while pending:
        model = pending.pop()
        for method in model.methods.values():
            owner = first_parameter(method.node)
            for part in ast.walk(method.node):
                if isinstance(part, ast.Attribute) and part.attr == name and isinstance(part.value, ast.Name):
                    if part.value.id != owner or method.kind != "method":
                        return False
                    read = True
        new = [one for one in model.subclasses if one not in seen]
        seen.update(new)
        pending += new
    return read


def _through_self(change: Value) -> bool:
    """Whether a tensor is changed in place as an attribute of a method's object: `self.total += x`."""
    function = change.frame.function if change.frame is not None else None
    node: ast.AST | None = change.node
    if isinstance(node, ast.AugAssign):
        node = node.target
    elif isinstance(node, ast.Call):
        node = node.func
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return (
        function is not None
        and function.kind == "method"
        and isinstance(node, ast.Name)
        and node.id == first_parameter(function.node)
    )
