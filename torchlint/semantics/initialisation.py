"""Attributes that nn.Module must be initialised for, and that a constructor sets before that, or without it.

`nn.Module.__init__` makes the tables in which modules, parameters and buffers are kept; until then torch refuses to set one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from torchlint.semantics.module_kinds import MODULES, ModuleKinds, is_none, of_bases
from torchlint.semantics.values import BUFFER, CALL, INITIALISED, INSTANCE, MODULE, PARAM, PARAMETER, PHI, Value

if TYPE_CHECKING:
    from torchlint.semantics.classes import ClassModel, Instance, Store
    from torchlint.semantics.frames import Frame, Function
    from torchlint.semantics.program import Program

# What a class may have that initialises its objects, or that takes over the setting of attributes.
_OWN_WAYS: Final = frozenset(("__new__", "__setattr__", "__init_subclass__", "__getattribute__"))
_TABLES: Final = frozenset(("__dict__", "_modules", "_parameters", "_buffers", "__setstate__"))
_REGISTERS: Final = frozenset(("register_buffer", "register_parameter"))


@dataclass(frozen=True, slots=True)
class Unprepared:
    """The first such attribute that a constructor sets.

    `kind`: "module", "parameter" or "buffer". `init`: the constructor that sets it, itself or through a method. `place`: the
    store, or the call in the constructor that leads to it. `always`: whether the value is one in every case.
    """

    store: Store
    kind: str
    init: Function
    place: ast.AST
    always: bool


class Initialisation:
    """When the objects of a program's modules are initialised."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._kinds = ModuleKinds(program)
        self._first: dict[Instance, int] = {}
        for note in program.values(INITIALISED):
            self._first.setdefault(note.args["input"].data, note.time)
        self._given: dict[Instance, int] | None = None

    def unprepared(self) -> Iterator[Unprepared]:
        """Each constructor's first attribute that is set too early, in the order of the text."""
        found: dict[ast.AST, Unprepared] = {}
        fine: set[ast.AST] = set()  # stores that happen in time for some object
        unready = {function for function in self._program.cut if function.name == "__init__"}
        failed = {(name, line) for name, line, _ in self._program.failures}
        for store in self._program.stores:
            instance = store.instance
            run = _constructing(store)
            if run is None or instance.cls.is_module is not True:
                continue
            if self._is_initialised(store) or not _is_plain(instance.cls) or not _in_order(store, instance.cls):
                fine.add(store.node)
                continue
            frame, place = run
            init = frame.function
            assert init is not None
            doubtful = init in unready or (init.name, init.node.lineno) in failed or _fills_tables(store, init)
            kind = "" if doubtful else self._kind(store)
            if kind:
                found.setdefault(store.node, Unprepared(store, kind, init, place, not _may_be_none(store.value)))
        first: dict[Function, Unprepared] = {}
        for node, one in found.items():
            if node not in fine:
                first.setdefault(one.init, one)
        yield from sorted(first.values(), key=lambda one: _place(one.store.node))

    def _kind(self, store: Store) -> str:
        """What nn.Module must keep, if a value is that."""
        call = store.node.func if isinstance(store.node, ast.Call) else None
        if isinstance(call, ast.Attribute) and call.attr in _REGISTERS:
            return call.attr.removeprefix("register_")
        ops = {one.op for one in (store.value.data if store.value.op == PHI else (store.value,)) if not is_none(one)}
        if len(ops) == 1 and ops <= {PARAMETER, BUFFER}:
            return "parameter" if ops == {PARAMETER} else "buffer"
        return "module" if self._is_module(store.value) else ""

    def _is_module(self, value: Value) -> bool:
        if value.op == PHI:
            alternatives = [one for one in value.data if not is_none(one)]
            return bool(alternatives) and all(map(self._is_module, alternatives))
        if value.op == INSTANCE:
            return value.data.cls.is_module is True
        return value.op == MODULE or self._kinds.of(value) in MODULES

    def _is_initialised(self, store: Store) -> bool:
        """Whether the object has been initialised, or was given to code that may have done it."""
        if self._first.get(store.instance, store.time) < store.time:
            return True
        if self._given is None:
            self._given = {}
            for call in self._program.values(CALL):
                for instance in _receivers(call):
                    self._given.setdefault(instance, call.time)
        return self._given.get(store.instance, store.time) < store.time


def _may_be_none(value: Value) -> bool:
    if value.op == PARAM:
        annotation = ast.unparse(value.data.annotation) if value.data.annotation is not None else ""
        return value.data.default is not None or "None" in annotation or "Optional" in annotation
    return value.op == PHI and any(map(is_none, value.data))


def _fills_tables(store: Store, init: Function) -> bool:
    """Whether the functions that run touch what nn.Module keeps its attributes in: they may make it by hand."""
    functions = {init.node, *([store.frame.function.node] if store.frame.function is not None else [])}
    return any(isinstance(one, ast.Attribute) and one.attr in _TABLES for node in functions for one in ast.walk(node))


def _receivers(call: Value) -> Iterator[Instance]:
    """The objects that a call that isn't understood may initialise: its arguments, and the one whose method calls an `__init__`."""
    for name, value in call.args.items():
        if value.op == INSTANCE and name != "callee":
            yield value.data
    func = call.node.func if isinstance(call.node, ast.Call) else None
    named = isinstance(func, ast.Attribute) and func.attr == "__init__"
    frame = call.frame
    while named and frame is not None:
        if frame.self_value is not None and frame.self_value.op == INSTANCE:
            yield frame.self_value.data
        frame = frame.closure


def _constructing(store: Store) -> tuple[Frame, ast.AST] | None:
    """The innermost run of an `__init__` of the object that leads to a store, and the place in it that does."""
    frame: Frame | None = store.frame
    place = store.node
    while frame is not None:
        if _is_init(frame, store.instance):
            return frame, place
        if frame.call is not None:
            place = frame.call
        frame = frame.caller
    return None


def _is_init(frame: Frame, instance: Instance) -> bool:
    own = frame.self_value
    return frame.function is not None and frame.function.name == "__init__" and own is not None and own.data is instance


def _is_plain(cls: ClassModel) -> bool:
    """Whether nothing but `__init__` makes the objects of a class: no metaclass, no decorator, no unknown base."""
    if not of_bases(cls):
        return False
    for model in cls.mro():
        init = model.methods.get("__init__")
        if model.node.keywords or model.node.decorator_list or _OWN_WAYS & model.methods.keys():
            return False
        if init is not None and init.opaque:
            return False
    return True


def _in_order(store: Store, cls: ClassModel) -> bool:
    """Whether the order in which Python looks through the bases is known, or plays no part.

    It's known where bases of the file stand before those outside of it and at most one class has several. Elsewhere no
    `__init__` that may run before the store may be called.
    """
    several = [model for model in cls.mro() if len(model.bases) > 1]
    outside_last = all(
        not (base.op == "py.class" and any(earlier.op != "py.class" for earlier in model.bases[:index]))
        for model in several
        for index, base in enumerate(model.bases)
    )
    if len(several) <= 1 and outside_last:
        return True
    frame: Frame | None = store.frame
    place = store.node
    while frame is not None:
        if _is_init(frame, store.instance):
            assert frame.function is not None
            calls = [node for node in ast.walk(frame.function.node) if names_init(node)]
            if any(_place(node) <= _place(place) for node in calls):
                return False
        if frame.call is not None:
            place = frame.call
        frame = frame.caller
    return True


def names_init(node: ast.AST) -> bool:
    """Whether a node is the name of some object's `__init__`."""
    return isinstance(node, ast.Attribute) and node.attr == "__init__"


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
