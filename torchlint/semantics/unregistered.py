"""Modules that another module keeps in a plain list, tuple or dict, where nn.Module doesn't see them.

What counts is known from the classes of torch.nn: a module has state where it has parameters or buffers, or where `train()`
and `eval()` change what it computes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from torchlint.semantics import operations
from torchlint.semantics.classes import ClassModel, Instance, Store
from torchlint.semantics.devices import contained
from torchlint.semantics.frames import Frame
from torchlint.semantics.program import Program
from torchlint.semantics.values import (
    ATTR,
    CALL,
    CHOICE,
    CONST,
    DICT,
    ELEMENT,
    ESCAPE,
    GAP,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    METHOD,
    MODULE,
    PARAMETER,
    PHI,
    SET,
    TUPLE,
    Value,
)

_PLAIN: Final = frozenset((LIST, TUPLE, DICT))
# Constructor arguments without which a norm has neither parameters nor buffers.
_SWITCHES: Final = frozenset(("affine", "elementwise_affine", "track_running_stats"))
# What somebody asks of a module who takes care of it by hand: its parameters, its state, its mode or place.
BY_HAND: Final = frozenset(
    ("parameters", "named_parameters", "buffers", "state_dict", "load_state_dict", "eval", "train", "requires_grad_", "share_memory",
     "modules", "named_modules")
)  # fmt: skip
_MOVES: Final = frozenset(("to", "cuda", "cpu", "half", "float", "double", "bfloat16"))
_OVERRIDES: Final = BY_HAND | _MOVES | frozenset(("_apply", "__setattr__", "children", "named_children"))
_REGISTERS: Final = frozenset(("add_module", "register_module", "__setattr__", "setattr"))
_LOOKS: Final = frozenset(
    f"builtins.{name}" for name in ("len", "print", "isinstance", "type", "id", "enumerate", "zip", "range", "reversed",
                                    "list", "tuple", "dict", "iter", "sum", "repr", "str", "bool")
)  # fmt: skip
# What gives the items of a container as they are.
_HANDS_ON: Final = frozenset(f"builtins.{name}" for name in ("list", "tuple", "dict", "iter", "reversed", "sorted"))
_VIEWS: Final = frozenset(("values", "items", "copy"))
# Classes of torch.nn whose weights belong to layers in them, or that the table has no parameters of.
_MADE_OF_LAYERS: Final = frozenset(
    f"torch.nn.{name}"
    for name in ("Transformer", "TransformerEncoder", "TransformerDecoder", "TransformerEncoderLayer", "TransformerDecoderLayer",
                 "EmbeddingBag", "AdaptiveLogSoftmaxWithLoss")
)  # fmt: skip
_MAX_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class Hidden:
    """An attribute that keeps `modules` in a plain container, by `store`; `nested`: some are in a container in it."""

    store: Store
    modules: tuple[Value, ...]
    nested: bool


class Holders:
    """What a program's modules keep in plain containers. Subclasses say what counts: modules, parameters."""

    registers = _REGISTERS

    def __init__(self, program: Program) -> None:
        self.program = program
        self._stored: dict[Value, list[Store]] = {}
        self._by_instance: dict[Instance, list[Store]] = {}
        self._registered: set[Value] = set()
        self._loops: dict[Value, list[Value]] = {}  # what a loop put in a container is no operand of it
        for store in program.stores:
            self._by_instance.setdefault(store.instance, []).append(store)
            for value in _alternatives(store.value):
                self._stored.setdefault(value, []).append(store)

    def hidden(self) -> list[Hidden]:
        """Every attribute whose modules nothing registers or takes care of, in the order of the text."""
        plain = [
            store
            for store in self.program.stores
            if store.value.op in _PLAIN and store.instance.cls.is_module and constructing(store.frame)
        ]
        if not plain:
            return []
        held = self._held()
        for container, inside in held.items():
            if self.goes_elsewhere(container):
                self._registered.update(inside)
        found: dict[tuple[ast.AST, str], Hidden | None] = {}
        for store in plain:
            place = (store.node, store.name)
            modules = held.get(store.value)
            if not modules or found.get(place, self) is None:
                continue
            one = self._examine(store, modules)
            if one is not None or not self._has_state(modules):
                found.setdefault(place, one)
            else:  # registered, or taken care of, for one of the objects: so for all
                found[place] = None
        return sorted((one for one in found.values() if one is not None), key=lambda one: _line(one.store))

    def _held(self) -> dict[Value, dict[Value, int]]:
        """The modules that each plain container ever held, with how many containers lie between."""
        held: dict[Value, dict[Value, int]] = {}
        for op in _PLAIN:
            for container in self.program.values(op):
                content = container.data.content
                if op != DICT and any(item.op == CHOICE for item in content):
                    for item in contained(container):
                        self._loops.setdefault(item, []).append(container)
        for module in (*self.program.values(MODULE), *self.program.values(INSTANCE)):
            for operand in module.args.values():
                if operand.op == CHOICE:
                    self._registered.update(_runs(operand))
        for one in self.sources():
            pending, seen = [(one, 0)], {one}
            while pending:
                value, depth = pending.pop()
                for use in (*value.uses, *self._loops.get(value, ())):
                    if use in seen or depth > _MAX_DEPTH or use.op not in (*_PLAIN, PHI):
                        continue
                    seen.add(use)
                    if use.op != PHI:
                        held.setdefault(use, {})[one] = depth
                    pending.append((use, depth + (use.op != PHI)))
        return held

    def sources(self) -> Iterable[Value]:
        """The values that count."""
        raise NotImplementedError

    def has_state(self, value: Value, depth: int = 0) -> bool:
        """Whether something is lost where nothing registers a value."""
        raise NotImplementedError

    def gives(self, call: Value, value: Value) -> bool:
        """Whether a call that isn't understood may register, or take care of, a value or container that it gets."""
        return _gives(call, value)

    def _has_state(self, modules: Iterable[Value]) -> bool:
        return any(self.has_state(module) for module in modules)

    def _examine(self, store: Store, modules: dict[Value, int]) -> Hidden | None:
        names = [one for one in self._by_instance[store.instance] if one.name == store.name]
        if any(one.value.op not in _PLAIN and not _is_none(one.value) for one in names):
            return None
        if _hides(store, modules) or takes_care(store.instance.cls, store.name, self.registers):
            return None
        if self.goes_elsewhere(store.value) or any(self.cared_for(module) for module in modules):
            return None
        loose = [module for module in modules if self.has_state(module)]
        if not loose:
            return None
        return Hidden(store, tuple(modules), any(modules.values()))

    def goes_elsewhere(self, container: Value) -> bool:
        """Whether a container of modules is given to something that may register them."""
        pending, seen = [container], {container}
        while pending:
            value = pending.pop()
            for use in (*value.uses, *self._loops.get(value, ())):
                if use.op in (MODULE, INSTANCE) or (use.op == CALL and self.gives(use, value)):
                    return True
                if use not in seen and (use.op in (*_PLAIN, SET, PHI, GAP, ITEM, ELEMENT) or _hands_on(use, value)):
                    seen.add(use)
                    pending.append(use)
        return False

    def cared_for(self, module: Value, depth: int = 0) -> bool:
        """Whether a module is registered somewhere, or somebody takes care of it by hand."""
        if module in self._registered:
            return True
        if self.is_stored(module):
            return True
        for use in module.uses:
            if use.op in (MODULE, INSTANCE) or (use.op == CALL and self.gives(use, module)):
                return True
            if use.op in (ATTR, METHOD) and use.data in BY_HAND:
                return True
            if use.op == CALL and isinstance(use.data, str) and use.data.startswith("method "):
                name = use.data.removeprefix("method ")
                if name in BY_HAND or (name in _MOVES and not constructing(use.frame)):
                    return True
            if use.op == ESCAPE and use.data == "setattr":
                return True
            if use.op == PHI and depth < _MAX_DEPTH and self.cared_for(use, depth + 1):
                return True
        return False

    def is_stored(self, value: Value) -> bool:
        """Whether a value is an attribute of a module, by itself."""
        return any(store.instance.cls.is_module is not False for store in self._stored.get(value, ()))

    def _stores_of(self, instance: Instance) -> Sequence[Store]:
        """What is stored on an object, or, where its constructor wasn't run, on the one on which its class was analysed."""
        example = instance.cls.self_value
        found = self._by_instance.get(instance, [])
        return found if found or example is None else self._by_instance.get(example.data, [])


class Submodules(Holders):
    """The modules of a program, and who holds them."""

    def sources(self) -> Iterable[Value]:
        """All modules, of torch.nn and of the file's classes."""
        yield from self.program.values(MODULE)
        yield from (one for one in self.program.values(INSTANCE) if one.data.cls.is_module)

    def has_state(self, module: Value, depth: int = 0, *, learned: bool = False) -> bool:
        """Whether a module surely has parameters, buffers, or another behaviour in training.

        `learned`: whether it has what training changes, parameters or running statistics.
        """
        if depth > _MAX_DEPTH:
            return False
        if module.op == PARAMETER:
            return True
        if module.op == MODULE:
            children = module.data.children
            if children is not None:
                return any(self.has_state(child, depth + 1, learned=learned) for child in children.content)
            return _kind_has_state(module.data.name, module, learned)
        if module.op != INSTANCE or not module.data.cls.is_module:
            return False
        base = module.data.cls.outside_base("torch.nn.")
        if base is not None and _kind_has_state(base, None, learned):
            return True
        return any(
            store.value is not module and self.has_state(store.value, depth + 1, learned=learned)
            for store in self._stores_of(module.data)
        )


def _kind_has_state(name: str, module: Value | None, learned: bool) -> bool:
    kind = operations.module(name)
    if kind is None:
        return False
    given = module.args if module is not None else {}
    switches = [argument for argument in kind.constructor.arguments if argument.name in _SWITCHES]
    if switches:
        chosen = [given.get(one.name, one.default) for one in switches]
        return any(_is_true(one) for one in chosen)
    if kind.parameters or learned:
        return bool(kind.parameters) or name in _MADE_OF_LAYERS
    return (
        name in _MADE_OF_LAYERS
        or _knows_training(kind.op)
        or any(name in given and not _is_none(given[name]) for name in kind.buffers)
    )


@cache
def _knows_training(op: str) -> bool:
    """Whether an operation asks if the module trains."""
    operation = operations.function(f"torch.nn.functional.{op}")
    return operation is not None and any("training" in overload.accepts for overload in operation.overloads)


def _is_true(value: object) -> bool:
    if isinstance(value, Value):
        return value.op == CONST and value.data is True
    return value is True


def _is_none(value: Value) -> bool:
    return value.op == CONST and value.data is None


def _alternatives(value: Value) -> tuple[Value, ...]:
    return (value, *value.data) if value.op == PHI else (value,)


def constructing(frame: Frame | None) -> bool:
    """Whether a frame runs while an object is constructed."""
    while frame is not None:
        if frame.function is not None and frame.function.name == "__init__":
            return True
        frame = frame.caller
    return False


def _runs(choice: Value) -> Iterator[Value]:
    """All values in one of several runs of items."""
    for run in choice.data:
        for item in run:
            if item.op == CHOICE:
                yield from _runs(item)
            else:
                yield item


def _gives(call: Value, value: Value) -> bool:
    """Whether a call that isn't understood gets a value as an argument while something is constructed."""
    given = any(one is value for name, one in call.args.items() if name != "callee")
    return (
        given and not looks(call) and (constructing(call.frame) or call.frame is None or call.frame.self_value is None)
    )


def looks(call: Value) -> bool:
    """Whether a call is one of Python's functions that keep nothing of what they get."""
    callee = call.args.get("callee")
    return callee is not None and callee.op == GLOBAL and callee.data in _LOOKS


def _hands_on(use: Value, value: Value) -> bool:
    """Whether a use of a container, or of what is read from it, has its items: `table.values()`, `list(table.values())`."""
    if use.op in (ATTR, METHOD):
        return use.data in _VIEWS
    callee = use.args.get("callee") if use.op == CALL else None
    if callee is None:
        return False
    return (callee is value and value.op in (ATTR, METHOD)) or (callee.op == GLOBAL and callee.data in _HANDS_ON)


def _hides(store: Store, modules: dict[Value, int]) -> bool:
    """Whether a module is wrapped in a container of one on purpose: `[net]`, `(net,)`, but not `net,` by itself."""
    made = store.value.node
    if len({module.node for module in modules}) != 1:
        return False
    if isinstance(made, ast.List | ast.Set):
        return len(made.elts) == 1 and not isinstance(made.elts[0], ast.Starred)
    return (isinstance(made, ast.Dict) and len(made.keys) == 1) or is_wrapped_tuple(made)


def is_wrapped_tuple(node: ast.AST | None) -> bool:
    """Whether a node is a tuple of one that stands in parentheses: these are part of its place in the text."""
    if not isinstance(node, ast.Tuple) or len(node.elts) != 1:
        return False
    return (node.lineno, node.col_offset) != (node.elts[0].lineno, node.elts[0].col_offset)


def takes_care(cls: ClassModel, name: str, registers: frozenset[str] = _REGISTERS) -> bool:
    """Whether a class has its own way of collecting, moving or registering what an attribute holds."""
    for model in cls.mro():
        for method_name, method in model.methods.items():
            if method_name in _OVERRIDES:
                return True
            constructs = method_name == "__init__" or method in cls.reached_from_init
            if constructs and any(_registers(node, registers) for node in ast.walk(method.node)):
                return True
    return False


def _registers(node: ast.AST, registers: frozenset[str]) -> bool:
    """Whether a node registers something under a computed name."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called in registers and not any(isinstance(one, ast.Constant) for one in node.args[:2])


def mentions(tree: ast.AST, name: str) -> Iterator[ast.Attribute]:
    """Nodes that read an attribute of this name, of anything."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == name)


def _line(store: Store) -> tuple[int, int]:
    return getattr(store.node, "lineno", 0), getattr(store.node, "col_offset", 0)
