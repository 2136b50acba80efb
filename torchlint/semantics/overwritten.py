"""Assignments and registrations that nn.Module refuses: another kind of attribute has the name already.

What torch does in each case was tried with torch 2.13 (tests/semantics/test_overwritten.py). A name that holds a parameter
takes parameters and None, one that holds a buffer takes tensors, modules, parameters and None. `register_buffer` and
`register_parameter` take a name that is theirs already, or that no attribute has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from torchlint.semantics import operations
from torchlint.semantics.blocks import Blocks
from torchlint.semantics.classes import ClassModel, Instance, Store
from torchlint.semantics.evidence import is_tensor
from torchlint.semantics.frames import Frame
from torchlint.semantics.lost_parameters import Change, Parameters
from torchlint.semantics.program import Program
from torchlint.semantics.unregistered import constructing
from torchlint.semantics.values import (
    BUFFER,
    CONST,
    DICT,
    ESCAPE,
    GLOBAL,
    INSTANCE,
    LIST,
    MODULE,
    MUTATED,
    PARAMETER,
    PHI,
    REFINE,
    SET,
    TUPLE,
    Value,
)

_CONTAINERS: Final = frozenset((LIST, TUPLE, DICT, SET))
_REGISTER: Final = {"register_buffer": "buffer", "register_parameter": "parameter"}
_READ_ONLY: Final = frozenset((*_REGISTER, "setattr", "getattr", "hasattr"))
_OWN_WAYS: Final = frozenset(("__setattr__", "__delattr__", "__getattribute__", *_REGISTER))
_KNOWN_BASES: Final = ("torch.nn.", "lightning.", "pytorch_lightning.", "abc.", "typing.", "builtins.")
_INSIDE: Final = frozenset(("_parameters", "_buffers", "__dict__"))
_ASKS: Final = frozenset(("isinstance", "hasattr", "type", "issubclass", "getattr"))


class Holds(StrEnum):
    """What kind of attribute a name is, as nn.Module sees it."""

    PARAMETER = "parameter"
    BUFFER = "buffer"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Refused:
    """A store that torch refuses. `holds`: what has the name (None: what is registered is no parameter, or no tensor).

    `certain`: it raises each time; otherwise only where an operation such as `.to` has something to do. `first`: what made
    the name what it is.
    """

    name: str
    node: ast.AST
    frame: Frame | None
    value: Value
    holds: Holds | None
    first: ast.AST | None
    certain: bool = True
    registers: str = ""


class Overwritten:
    """The refused stores of a program."""

    def __init__(self, program: Program, parameters: Parameters, blocks: Blocks) -> None:
        self._program = program
        self._parameters = parameters
        self._blocks = blocks
        # What a value that an attribute holds makes of its name, and since which store.
        self._names: dict[tuple[Instance, str, Value], tuple[Holds, Store]] = {}

    def refused(self) -> list[Refused]:
        """All of them, in the order of the text, each place once."""
        found: dict[ast.AST, Refused | None] = {}
        plain = {model for model in self._program.classes if _is_plain_module(model)}
        for store in self._program.stores:
            if store.instance.cls not in plain:
                continue
            key = (store.instance, store.name)
            known = self._names.get((*key, _itself(store.before))) if store.before is not None else None
            one = self._examine(store, known)
            if one is not None or store.before is not None or constructing(store.frame):  # else it's an unknown object
                found[store.node] = found.get(store.node, one) and one  # where it is fine for one object, it is for all
            registers = _registering(store)
            if known is not None and not registers and (one is not None or _leaves(known[0], store.value)):
                self._names[*key, _itself(store.value)] = known
            elif (holds := Holds(registers) if registers else _becomes(store.value)) and one is None:
                self._names[*key, _itself(store.value)] = holds, store
        for escape in self._program.values(ESCAPE):
            one = self._of_a_layer(escape)
            if one is not None:
                found.setdefault(one.node, one)
        kept = [one for one in found.values() if one is not None and not self._may_differ(one)]
        return sorted(kept, key=lambda one: (getattr(one.node, "lineno", 0), getattr(one.node, "col_offset", 0)))

    def _examine(self, store: Store, known: tuple[Holds, Store] | None) -> Refused | None:
        """Whether torch refuses a store; `known`: what has the name, and what gave it to that."""
        registers, value = _registering(store), store.value
        if registers == Holds.PARAMETER and (change := self._no_parameter(value)) is not Change.NONE:
            return Refused(store.name, store.node, store.frame, value, None, None, change is Change.SURELY, registers)
        given = value.args.get("input") if value.op == BUFFER else None
        if registers == Holds.BUFFER and given is not None and (_is_no_tensor(given) or given.op == MODULE):
            return Refused(store.name, store.node, store.frame, given, None, None, True, registers)
        if known is None:
            return None
        holds, change = known[0], Change.NONE
        if registers:
            change = Change.SURELY if holds != registers else Change.NONE
        elif holds is Holds.PARAMETER:
            change = self._no_parameter(value)
        elif holds is Holds.BUFFER and _is_no_tensor(value):
            change = Change.SURELY
        if change is Change.NONE or not self._comes_before(known[1], store):
            return None
        certain = change is Change.SURELY
        return Refused(store.name, store.node, store.frame, value, holds, known[1].node, certain, registers)

    def _of_a_layer(self, escape: Value) -> Refused | None:
        """`self.linear.weight = tensor`."""
        owner, value = escape.args.get("owner"), escape.args.get("input")
        if owner is None or value is None or owner.op != MODULE or escape.node is None:
            return None
        kind = operations.module(owner.data.name)
        if kind is None or escape.data not in kind.parameters:
            return None
        off = owner.args.get("bias")
        if escape.data == "bias" and off is not None and not (off.op == CONST and off.data is True):
            return None
        if any(name in owner.args for name in ("affine", "elementwise_affine")) or not owner.data.exact_arguments:
            return None
        change = self._no_parameter(value)
        if change is Change.NONE:
            return None
        name, certain = str(escape.data), change is Change.SURELY
        return Refused(name, escape.node, escape.frame, value, Holds.PARAMETER, owner.node, certain)

    def _no_parameter(self, value: Value, depth: int = 0) -> Change:
        """Whether a value is neither a parameter nor None."""
        if value.op == PHI and depth < 5:
            return min((self._no_parameter(one, depth + 1) for one in value.data), default=Change.NONE)
        if _is_no_tensor(value) or value.op == BUFFER:
            return Change.SURELY
        if value.op == MODULE or (value.op == INSTANCE and value.data.cls.is_module):
            return Change.SURELY
        if value.op.startswith("py.") or is_tensor(value) is not True or depth > 20:
            return Change.NONE
        if value.inplace:
            return self._no_parameter(value.args["input"], depth + 1) if "input" in value.args else Change.NONE
        source = value.args.get("input")
        own = self._parameters.change(value, source) if source is not None else Change.SURELY
        if own is Change.SURELY or source is None:
            return Change.SURELY
        if not source.op.startswith("py."):
            return max(own, self._no_parameter(source, depth + 1))
        return own if source.op == PARAMETER else Change.NONE

    def _comes_before(self, first: Store, second: Store) -> bool:
        """Whether a store always ran when another one runs: no branch holds it that doesn't hold the other."""
        places = dict(_calls(second.frame, second.node))
        for frame, node in _calls(first.frame, first.node):
            above = self._branches(frame, node)
            if frame in places:
                return above == self._branches(frame, places[frame])[: len(above)]
            if above:
                return False
            if _is_own(frame, first.instance) and not _is_own(frame.caller, first.instance):
                return frame.function is not None and frame.function.name == "__init__"  # there is no object without it
        return True  # the constructor made it, and another method runs later

    def _branches(self, frame: Frame, node: ast.AST) -> list[tuple[ast.AST, str]]:
        """The branches and loops of a function that enclose a node of it, from outside."""
        path = list(self._blocks.path(node))
        function = frame.function.node if frame.function is not None else None
        owners = [owner for owner, _ in path]
        inner = path[owners.index(function) + 1 :] if function in owners else path
        return [entry for entry in inner if not isinstance(entry[0], ast.With | ast.AsyncWith)]

    def _may_differ(self, one: Refused) -> bool:
        """Whether the file may change the attribute in a way that isn't followed, or expects the failure."""
        if self._blocks.caught(one.node):
            return True
        for node in ast.walk(self._program.tree):
            if isinstance(node, ast.Attribute) and node.attr in _INSIDE:
                return True
            if isinstance(node, ast.Call) and _is_delattr(node):
                return True
            named = [part for part in getattr(node, "args", ()) if isinstance(part, ast.Constant)] if isinstance(node, ast.Call) else []  # fmt: skip
            if any(part.value == one.name for part in named) and _called(node) not in _READ_ONLY:
                return True
            if isinstance(node, ast.Delete) and any(getattr(part, "attr", "") == one.name for part in node.targets):
                return True
            if isinstance(node, ast.If) and _asks(node.test, one.name) and _contains(node, one.node):
                return True
        return False


def _is_plain_module(cls: ClassModel) -> bool:
    """Whether nothing but nn.Module decides what an assignment to an attribute does."""
    if not cls.is_module:
        return False
    known = all(base.op == GLOBAL and base.data.startswith(_KNOWN_BASES) for base in cls.outside_bases())
    return known and not any(name in _OWN_WAYS for model in cls.mro() for name in model.methods)


def _registering(store: Store) -> str:
    return _REGISTER.get(_called(store.node), "")


def _called(node: ast.AST) -> str:
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _is_delattr(node: ast.Call) -> bool:
    return _called(node) == "delattr" and not isinstance(node.args[-1] if node.args else None, ast.Constant)


def _is_no_tensor(value: Value) -> bool:
    return value.op in _CONTAINERS or (value.op == CONST and value.data is not None)


def _asks(test: ast.expr, name: str) -> bool:
    """Whether a test asks what kind of thing an attribute of this name is."""
    parts = list(ast.walk(test))
    mentioned = any(getattr(part, "attr", None) == name or getattr(part, "value", None) == name for part in parts)
    kinds = any(isinstance(part, ast.Call) and _called(part) in _ASKS for part in parts)
    compares = [op for part in parts if isinstance(part, ast.Compare) for op in part.ops]
    return mentioned and (kinds or any(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in compares))


def _contains(tree: ast.AST, node: ast.AST) -> bool:
    return any(part is node for part in ast.walk(tree))


def _is_own(frame: Frame | None, instance: Instance) -> bool:
    """Whether a frame runs a method of an object."""
    return frame is not None and frame.self_value is not None and frame.self_value.data is instance


def _becomes(value: Value) -> Holds | None:
    """What a new name surely becomes that a value is stored under."""
    value = _itself(value)
    if value.op in (PARAMETER, BUFFER):
        return Holds.PARAMETER if value.op == PARAMETER else Holds.BUFFER
    if value.op in (CONST, *_CONTAINERS) or (not value.op.startswith("py.") and is_tensor(value) is True):
        return Holds.PLAIN
    return None


def _leaves(holds: Holds, value: Value) -> bool:
    """Whether a name stays what it is: None may take the place of a parameter, and a tensor that of a buffer."""
    if value.op == CONST and value.data is None:
        return holds is not Holds.PLAIN
    return holds is Holds.BUFFER and is_tensor(value) is True and value.op != PARAMETER


def _itself(value: Value) -> Value:
    """A tensor before what was changed in place."""
    while "input" in value.args and (value.inplace or value.op in (REFINE, MUTATED)):
        value = value.args["input"]
    return value


def _calls(frame: Frame, node: ast.AST) -> Iterator[tuple[Frame, ast.AST]]:
    """A place, and the calls that led to it."""
    here: Frame | None = frame
    while here is not None:
        yield here, node
        if here.call is None:
            return
        node, here = here.call, here.caller
