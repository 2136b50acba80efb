"""Calls of a module's `forward` by other code, which pass by what calling the module adds: hooks, above all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from torchlint.semantics import operations
from torchlint.semantics.classes import MODULE_BASES, ClassModel, Instance
from torchlint.semantics.modules import SELF_METHODS
from torchlint.semantics.unregistered import Submodules
from torchlint.semantics.values import (
    ATTR,
    CALL,
    CHOICE,
    CLASS,
    CONST,
    FORWARD,
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

# Bases without a `__call__` of their own (documentation of abc, typing and torch.nn).
_NEUTRAL: Final = frozenset(("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"))
_ANY_MODULE: Final = frozenset(("torch.nn.Module", "torch.nn.modules.module.Module"))
_WRAPPERS: Final = frozenset(f"typing.{name}" for name in ("Optional", "Union", "Annotated", "Final", "ClassVar"))
_COPIES: Final = frozenset(("copy.deepcopy", "copy.copy"))
# Where TorchScript is compiled, a module that an index chooses can only be called by `forward`, through an interface.
_SCRIPT: Final = frozenset(
    f"torch.jit.{name}" for name in ("interface", "script", "ScriptModule", "script_method", "export", "is_scripting")
)
_MAX_DEPTH: Final = 8


class Kind(Enum):
    """What is known of a receiver."""

    MADE = "a module whose class is in sight and has no `__call__` of its own"
    DECLARED = "a module, of this class or a subclass"
    OTHER = "no module, or one with its own `__call__`"
    UNKNOWN = "nothing"


_MODULES: Final = frozenset((Kind.MADE, Kind.DECLARED))


@dataclass(frozen=True, slots=True)
class Direct:
    """A call of `forward`. `certain`: whichever way it's reached, the receiver's class is in sight."""

    node: ast.Call
    certain: bool
    made: ast.AST | None  # the call that makes the module, where there is one


class Forwards:
    """The calls of `forward` in a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._submodules = Submodules(program)
        self._stores: dict[tuple[ClassModel, str], list[Store]] = {}
        self._annotated: dict[Value, Store] = {}
        for store in program.stores:
            self._stores.setdefault((store.instance.cls, store.name), []).append(store)
            if isinstance(store.node, ast.AnnAssign):
                self._annotated[store.value] = store

    def direct(self) -> Iterator[Direct]:
        """The calls that skip hooks, in the order of the text."""
        reached: dict[ast.Call, list[Value]] = {}
        for note in self._program.values(FORWARD):
            if isinstance(note.node, ast.Call):
                reached.setdefault(note.node, []).append(note)
        if not reached or self._mentions_script():
            return
        hooks, doubted = _hooks(self._program.tree), self._doubted()
        for node, notes in sorted(reached.items(), key=lambda one: (one[0].lineno, one[0].col_offset)):
            if any(_is_own(note) or _is_hook(note.frame, hooks) or self._is_passing(note) for note in notes):
                continue
            found = _either(self._kind(note.args["input"]) for note in notes)
            promised = found is Kind.DECLARED and not any(
                _distinguishes(note.frame) or self._is_unused(note.args["input"]) for note in notes
            )
            if found is Kind.MADE or (promised and _last(node.func.value) not in doubted):  # type: ignore[attr-defined]
                yield Direct(node, found is Kind.MADE, _maker(notes))

    def _doubted(self) -> frozenset[str]:
        """The names and attributes of which the file asks whether they hold something else than a module."""
        found = set()
        for node in ast.walk(self._program.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance" and len(node.args) == 2:
                classes = _classes(node.args[1])
                for one in classes:
                    value = _named(one, self._program.module_frame)
                    if value is not None and value.op == CLASS and _of_class(value.data) is Kind.OTHER:
                        found.add(_last(node.args[0]))
        return frozenset(found)

    def _mentions_script(self) -> bool:
        frame = self._program.module_frame
        return any(
            isinstance(node, ast.Attribute | ast.Name)
            and (value := _named(node, frame)) is not None
            and value.op == GLOBAL
            and value.data in _SCRIPT
            for node in ast.walk(self._program.tree)
        )

    def _is_passing(self, note: Value) -> bool:
        """Whether the receiver was made by the function that calls it and has no state: nobody gets to hook it."""
        value = note.args["input"]
        return (
            value.op in (MODULE, INSTANCE)
            and value.frame is note.frame
            and note.frame is not self._program.module_frame
            and not self._submodules.has_state(value)
        )

    def _is_unused(self, value: Value) -> bool:
        """Whether a method asks of an argument that is to be any module nothing but `forward`, which other objects may have."""
        if value.op != PARAM or any(use.op != ATTR or use.data != "forward" for use in value.uses):
            return False
        function = value.frame.function if value.frame is not None else None
        if function is None or (function.cls is None and function.closure is self._program.module_frame):
            return False
        named = _named(value.data.annotation, self._program.module_frame)
        return named is not None and named.data in _ANY_MODULE

    def _kind(self, value: Value, depth: int = 0) -> Kind:
        op = value.op
        if depth > _MAX_DEPTH:
            return Kind.UNKNOWN
        if op == MODULE:
            return Kind.MADE
        if op == INSTANCE:
            return _of_class(value.data.cls)
        if op in (CLASS, SUPER, CONST):
            return Kind.OTHER
        if op == PHI:
            return _either(self._kind(one, depth + 1) for one in value.data if not _is_none(one))
        if op == PARAM:
            return self._declared(value.data.annotation, value.frame)
        if op == ITEM:
            return self._item(value.args["input"], depth)
        if op in (REFINE, MUTATED) or (op in SELF_METHODS and "input" in value.args):
            return self._kind(value.args["input"], depth + 1)
        if op == ATTR:
            owner = value.args["input"]
            return self._attribute(owner.data, value.data, depth) if owner.op == INSTANCE else Kind.UNKNOWN
        return self._result(value, depth) if op == CALL else Kind.UNKNOWN

    def _item(self, container: Value, depth: int) -> Kind:
        """What an item of a container of modules may be, of whose children some are known."""
        items = container.data.children if container.op in (MODULE, INSTANCE) else None
        pending = list(items.content) if items is not None else []
        for item in pending:
            if item.op == CHOICE:
                pending += [one for run in item.data for one in run]
        found = _either(self._kind(one, depth + 1) for one in pending if one.op not in (GAP, CHOICE))
        return Kind.DECLARED if found in _MODULES else found

    def _attribute(self, instance: Instance, name: str, depth: int) -> Kind:
        """What an attribute may hold that several methods store."""
        stores = [store for model in instance.cls.mro() for store in self._stores.get((model, name), ())]
        return _either(self._kind(store.value, depth + 1) for store in stores if not _is_none(store.value))

    def _result(self, value: Value, depth: int) -> Kind:
        """What an unknown call gives: a copy, the module itself, or what an annotation says."""
        callee = value.args["callee"]
        if callee.op == GLOBAL and callee.data in _COPIES and "0" in value.args:
            return self._kind(value.args["0"], depth + 1)
        if callee.op in (ATTR, METHOD) and callee.data in SELF_METHODS:
            return self._kind(callee.args["input"], depth + 1)
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
                value = _named(node.value, frame)
                if value is None or value.data not in _WRAPPERS:
                    return Kind.UNKNOWN
                pending += node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            elif not (isinstance(node, ast.Constant) and node.value is None):
                found.add(_promised(_named(node, frame) or _named(node, self._program.module_frame)))
        return Kind.DECLARED if found == {Kind.DECLARED} else Kind.OTHER if Kind.OTHER in found else Kind.UNKNOWN


def _of_class(cls: ClassModel) -> Kind:
    """What is known of an object of a class of the file."""
    if cls.method("__call__") is not None or cls.is_module is False:
        return Kind.OTHER
    for base in cls.outside_bases():
        if base.op in (ITEM, "getitem"):  # Generic[T]
            base = base.args["input"]
        known = base.op == GLOBAL and (_is_torch_class(base.data) or base.data in _NEUTRAL or base.data in MODULE_BASES)
        if not known:
            return Kind.UNKNOWN
    return Kind.MADE if cls.is_module else Kind.UNKNOWN


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
        kind = _of_class(cls)
        if kind is not Kind.MADE:
            return kind
        pending += [one for one in cls.subclasses if one not in pending]
    return Kind.DECLARED


def _is_torch_class(name: str) -> bool:
    return operations.module(name) is not None or name in _ANY_MODULE


def _either(kinds: Iterable[Kind]) -> Kind:
    found = set(kinds)
    if Kind.OTHER in found or not found & _MODULES:
        return Kind.OTHER if Kind.OTHER in found else Kind.UNKNOWN
    return Kind.MADE if found == {Kind.MADE} else Kind.DECLARED


def _classes(node: ast.expr) -> list[ast.expr]:
    """The classes of an isinstance test: `A`, `(A, B)` or `A | B`."""
    found = [node]
    for one in found:
        if isinstance(one, ast.Tuple):
            found += one.elts
        elif isinstance(one, ast.BinOp):
            found += [one.left, one.right]
    return found


def _last(node: ast.expr) -> str:
    """The last name of a dotted expression."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _is_none(value: Value) -> bool:
    return value.op == CONST and value.data is None


def _is_own(note: Value) -> bool:
    """Whether a method calls the `forward` of its own object."""
    frame = note.frame
    while frame is not None:
        if frame.self_value is not None and frame.self_value is note.args["input"]:
            return True
        frame = frame.closure
    return False


def _distinguishes(frame: Frame | None) -> bool:
    """Whether code stands in a class with a `__call__` of its own: of modules, it may know the same."""
    while frame is not None:
        owner = frame.function.cls if frame.function is not None else None
        if owner is not None and owner.method("__call__") is not None:
            return True
        frame = frame.closure
    return False


def _is_hook(frame: Frame | None, hooks: frozenset[str]) -> bool:
    """Whether a function is one that the file registers as a hook: it can't call the module without calling itself."""
    while frame is not None:
        if frame.function is not None and frame.function.name in hooks:
            return True
        frame = frame.closure
    return False


def _hooks(tree: ast.Module) -> frozenset[str]:
    """The names of the functions and methods that are given to `register_forward_hook` and the like."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name.startswith("register_") and name.endswith("hook"):
                found |= {getattr(one, "attr", getattr(one, "id", "")) for one in node.args}
    return frozenset(found - {""})


def _maker(notes: list[Value]) -> ast.AST | None:
    for note in notes:
        value = note.args["input"]
        if value.op in (MODULE, INSTANCE) and isinstance(value.node, ast.Call):
            return value.node
    return None


def _named(node: ast.AST | None, frame: Frame | None) -> Value | None:
    """What a dotted name holds, seen from a frame."""
    if isinstance(node, ast.Name) and frame is not None:
        return frame.lookup(node.id)
    if isinstance(node, ast.Attribute):
        owner = _named(node.value, frame)
        if owner is not None and owner.op == GLOBAL:
            return Value(GLOBAL, None, f"{owner.data}.{node.attr}")
    return None
