"""Which values are nn.Modules, and what is known of their classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Final

from torchlint.semantics import operations
from torchlint.semantics.classes import MODULE_BASES, ClassModel, Instance
from torchlint.semantics.modules import SELF_METHODS
from torchlint.semantics.values import (
    ATTR,
    CALL,
    CHOICE,
    CLASS,
    CONST,
    FUNCTION,
    GAP,
    GLOBAL,
    INSTANCE,
    ITEM,
    METHOD,
    MODULE,
    MUTATED,
    PARAM,
    PHI,
    REFINE,
    SUPER,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.classes import Store
    from torchlint.semantics.frames import Frame
    from torchlint.semantics.program import Program

# Bases without a `__call__` of their own (documentation of abc and typing).
_NEUTRAL: Final = frozenset(("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"))
ANY_MODULE: Final = frozenset(("torch.nn.Module", "torch.nn.modules.module.Module"))
_WRAPPERS: Final = frozenset(f"typing.{name}" for name in ("Optional", "Union", "Annotated", "Final", "ClassVar"))
_COPIES: Final = frozenset(("copy.deepcopy", "copy.copy"))
_MAX_DEPTH: Final = 8


class Kind(Enum):
    """What is known of a receiver."""

    MADE = "a module whose class is in sight and has no `__call__` of its own"
    DECLARED = "a module, of this class or a subclass"
    OTHER = "no module, or one with its own `__call__`"
    UNKNOWN = "nothing"


MODULES: Final = frozenset((Kind.MADE, Kind.DECLARED))


class ModuleKinds:
    """The modules among a program's values."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._stores: dict[tuple[ClassModel, str], list[Store]] = {}
        self._annotated: dict[Value, Store] = {}
        for store in program.stores:
            self._stores.setdefault((store.instance.cls, store.name), []).append(store)
            if isinstance(store.node, ast.AnnAssign):
                self._annotated[store.value] = store
        self._found: dict[Value, Kind] = {}
        self._held: dict[tuple[Instance, str], Kind] = {}

    def of(self, value: Value, depth: int = 0) -> Kind:
        """What is known of a value."""
        found = self._found.get(value)
        if found is None:
            if depth > _MAX_DEPTH:
                return Kind.UNKNOWN
            self._found[value] = Kind.UNKNOWN  # for those that lead back to it
            found = self._found[value] = self._of(value, depth)
        return found

    def _of(self, value: Value, depth: int) -> Kind:
        op = value.op
        if op == MODULE:
            return Kind.MADE
        if op == INSTANCE:
            return of_class(value.data.cls)
        if op in (CLASS, SUPER, CONST):
            return Kind.OTHER
        if op == PHI:
            return either(self.of(one, depth + 1) for one in value.data if not is_none(one))
        if op == PARAM:
            return self._declared(value.data.annotation, value.frame)
        if op == ITEM:
            return self._item(value.args["input"], depth)
        if op in (REFINE, MUTATED) or (op in SELF_METHODS and "input" in value.args):
            return self.of(value.args["input"], depth + 1)
        if op == ATTR:
            owner = value.args["input"]
            return self._attribute(owner.data, value.data, depth) if owner.op == INSTANCE else Kind.UNKNOWN
        return self._result(value, depth) if op == CALL else Kind.UNKNOWN

    def _item(self, container: Value, depth: int) -> Kind:
        """What an item of a container of modules may be, of whose children some are known."""
        items = container.data.children if container.op in (MODULE, INSTANCE) else None
        pending = list(items.content) if items is not None else []
        seen = set(pending)
        for item in pending:
            if item.op == CHOICE:
                inner = [one for run in item.data for one in run if one not in seen]
                seen.update(inner)
                pending += inner
        found = either(self.of(one, depth + 1) for one in pending if one.op not in (GAP, CHOICE))
        return Kind.DECLARED if found in MODULES else found

    def _attribute(self, instance: Instance, name: str, depth: int) -> Kind:
        """What an attribute may hold that several methods store, or that the class only declares."""
        found = self._held.get((instance, name))
        if found is None:
            self._held[instance, name] = Kind.UNKNOWN  # for what leads back to it
            found = self._held[instance, name] = self._stored(instance, name, depth)
        return found

    def _stored(self, instance: Instance, name: str, depth: int) -> Kind:
        stores = [store for model in instance.cls.mro() for store in self._stores.get((model, name), ())]
        if stores:
            values = dict.fromkeys(store.value for store in stores)
            return either(self.of(value, depth + 1) for value in values if not is_none(value))
        for model in instance.cls.mro():
            for one in model.node.body if name in model.annotated else ():
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id == name:
                    return self._declared(one.annotation, model.frame)
        return Kind.UNKNOWN

    def _result(self, value: Value, depth: int) -> Kind:
        """What an unknown call gives: a copy, the module itself, or what an annotation says."""
        callee = value.args["callee"]
        if callee.op == GLOBAL and callee.data in _COPIES and "0" in value.args:
            return self.of(value.args["0"], depth + 1)
        if callee.op in (ATTR, METHOD) and callee.data in SELF_METHODS:
            return self.of(callee.args["input"], depth + 1)
        if callee.op == FUNCTION and not isinstance(callee.data.node, ast.Lambda):
            return self._declared(callee.data.node.returns, callee.data.closure)
        store = self._annotated.get(value)
        if store is not None and isinstance(store.node, ast.AnnAssign):
            return self._declared(store.node.annotation, store.frame)
        return Kind.UNKNOWN

    def _declared(self, annotation: ast.expr | None, frame: Frame | None) -> Kind:
        """What an annotation promises: each of its alternatives but None is a module."""
        pending = [annotation]
        found: set[Kind] = set()
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                try:
                    pending.append(ast.parse(node.value, mode="eval").body)
                except (SyntaxError, ValueError):
                    return Kind.UNKNOWN
            elif isinstance(node, ast.BinOp):
                pending += [node.left, node.right]
            elif isinstance(node, ast.Subscript):
                value = named(node.value, frame)
                if value is None or value.data not in _WRAPPERS:
                    return Kind.UNKNOWN
                pending += node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            elif not (isinstance(node, ast.Constant) and node.value is None):
                found.add(_promised(named(node, frame) or named(node, self._program.module_frame)))
        return Kind.DECLARED if found == {Kind.DECLARED} else Kind.OTHER if Kind.OTHER in found else Kind.UNKNOWN


def of_class(cls: ClassModel) -> Kind:
    """What is known of an object of a class of the file."""
    if cls.method("__call__") is not None or cls.is_module is False:
        return Kind.OTHER
    return Kind.MADE if of_bases(cls) else Kind.UNKNOWN


def of_bases(cls: ClassModel) -> bool:
    """Whether a class is a module and all its bases outside the file are known: those of torch.nn, and some that add nothing."""
    for base in cls.outside_bases():
        if base.op in (ITEM, "getitem"):  # Generic[T]
            base = base.args["input"]
        known = base.op == GLOBAL and (_is_torch_class(base.data) or base.data in _NEUTRAL or base.data in MODULE_BASES)
        if not known:
            return False
    return cls.is_module is True


def _promised(value: Value | None) -> Kind:
    """What a class says of an object annotated with it."""
    if value is None:
        return Kind.UNKNOWN
    if value.op == GLOBAL:
        return Kind.DECLARED if _is_torch_class(value.data) else Kind.UNKNOWN
    if value.op != CLASS:
        return Kind.UNKNOWN
    pending = [value.data]
    for cls in pending:
        kind = of_class(cls)
        if kind is not Kind.MADE:
            return kind
        pending += [one for one in cls.subclasses if one not in pending]
    return Kind.DECLARED


def _is_torch_class(name: str) -> bool:
    return operations.module(name) is not None or name in ANY_MODULE


def either(kinds: Iterable[Kind]) -> Kind:
    found = set(kinds)
    if Kind.OTHER in found or not found & MODULES:
        return Kind.OTHER if Kind.OTHER in found else Kind.UNKNOWN
    return Kind.MADE if found == {Kind.MADE} else Kind.DECLARED


def is_none(value: Value) -> bool:
    """Whether a value is None."""
    return value.op == CONST and value.data is None


def named(node: ast.AST | None, frame: Frame | None) -> Value | None:
    """What a dotted name holds, seen from a frame."""
    if isinstance(node, ast.Name) and frame is not None:
        return frame.lookup(node.id)
    if isinstance(node, ast.Attribute):
        owner = named(node.value, frame)
        if owner is not None and owner.op == GLOBAL:
            return Value(GLOBAL, None, f"{owner.data}.{node.attr}")
    return None
